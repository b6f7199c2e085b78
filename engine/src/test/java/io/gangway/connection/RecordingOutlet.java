package io.gangway.connection;

import java.util.ArrayList;
import java.util.List;

/** Writes to a list, one turn an entry, and is done when it is told so. For tests that drive an Outbound by hand. */
final class RecordingOutlet implements Outlet {
    final List<List<String>> writes = new ArrayList<>();
    int ends;

    private final int framesPerWrite;
    private final boolean patient;

    private RecordingOutlet(int framesPerWrite, boolean patient) {
        this.framesPerWrite = framesPerWrite;
        this.patient = patient;
    }

    /** Each write is done at once. */
    static RecordingOutlet quick() {
        return new RecordingOutlet(64, false);
    }

    /** Each write is done when the test calls {@link Outbound#written()}. */
    static RecordingOutlet slow() {
        return new RecordingOutlet(64, true);
    }

    static RecordingOutlet quick(int framesPerWrite) {
        return new RecordingOutlet(framesPerWrite, false);
    }

    @Override
    public void write(Outbound outbound) {
        Frame[] frames = new Frame[framesPerWrite];
        int count = outbound.take(frames, 64 * 1024);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(frames[i].text());
        }
        writes.add(texts);
        if (!patient) {
            outbound.written();
        }
    }

    @Override
    public void end() {
        ends++;
    }

    List<String> texts() {
        return writes.stream().flatMap(List::stream).toList();
    }
}
