package io.gangway.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of a polling client, and the answer it got. */
final class FakeExchange implements HttpExchange {
    static final String OK = "200 ok";
    static final String BAD_REQUEST = "400 {\"code\":3,\"message\":\"Bad request\"}";

    private final boolean slow;
    private final List<String> opened = new ArrayList<>();
    private @Nullable String answer;
    private Runnable sent = () -> {};
    private Runnable failed = () -> {};

    private FakeExchange(boolean slow) {
        this.slow = slow;
    }

    /** What it is answered has been written at once. */
    static FakeExchange quick() {
        return new FakeExchange(false);
    }

    /** What it is answered is being written until the test calls {@link #sent()} or {@link #fail()}. */
    static FakeExchange slow() {
        return new FakeExchange(true);
    }

    /** Status and body; null while it waits. A poll's body shows its separators as {@code |}. */
    synchronized @Nullable String answer() {
        return answer;
    }

    List<String> opened() {
        return opened;
    }

    void sent() {
        sent.run();
    }

    void fail() {
        failed.run();
    }

    @Override
    public void opens(String sid) {
        opened.add(answer == null ? sid : "too late");
    }

    @Override
    public void payload(byte[] utf8, Runnable sent, Runnable failed) {
        if (!answer("200 " + new String(utf8, UTF_8).replace('\u001e', '|'))) {
            return;
        }
        if (slow) {
            this.sent = sent;
            this.failed = failed;
        } else {
            sent.run();
        }
    }

    /** Nothing of a slow answer leaves before {@link #sent()}. */
    @Override
    public long progress() {
        return 0;
    }

    @Override
    public void abort() {
        fail();
    }

    @Override
    public void ok() {
        answer(OK);
    }

    @Override
    public void refuse(EngineIoError error) {
        answer(error.status() + " " + error.json());
    }

    private synchronized boolean answer(String text) {
        if (answer != null) {
            return false;
        }
        answer = text;
        return true;
    }
}
