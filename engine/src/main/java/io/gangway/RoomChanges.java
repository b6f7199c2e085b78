package io.gangway;

import java.util.ArrayList;
import java.util.List;

/** What has changed in one socket's rooms, noted under its lock and told without it. Not thread-safe. */
final class RoomChanges {
    /** The rooms that were opened or closed, for the cluster. */
    private final List<String> openedOrClosed = new ArrayList<>(1);

    private final boolean hears;
    private final List<String> joined;
    private final List<String> left;

    /** @param hears whether anybody is told of each room that the socket joins or leaves */
    RoomChanges(boolean hears) {
        this.hears = hears;
        this.joined = hears ? new ArrayList<>(1) : List.of();
        this.left = hears ? new ArrayList<>(1) : List.of();
    }

    void openedOrClosed(String room) {
        openedOrClosed.add(room);
    }

    /** @param opened whether the socket is the room's first */
    void joined(String room, boolean opened) {
        note(room, opened, joined);
    }

    /** @param closed whether the room is empty now */
    void left(String room, boolean closed) {
        note(room, closed, left);
    }

    private void note(String room, boolean openedOrClosed, List<String> heard) {
        if (openedOrClosed) {
            this.openedOrClosed.add(room);
        }
        if (hears) {
            heard.add(room);
        }
    }

    List<String> openedOrClosed() {
        return openedOrClosed;
    }

    List<String> joined() {
        return joined;
    }

    List<String> left() {
        return left;
    }
}
