package io.gangway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RoomNamesTest {
    @Test
    void aNameTwiceIsTheNameOnce() {
        assertEquals(Set.of("a"), RoomNames.of("a", "a"));
        assertEquals(Set.of("a", "b"), RoomNames.toEnter("a", "b", "a"));
        assertEquals(Set.of("a", "b"), RoomNames.and(Set.of("a"), "b", "a"));
        assertEquals(Set.of(), RoomNames.of());
        assertEquals(Set.of("a"), RoomNames.and(Set.of("a")));
    }

    @Test
    void theRoomAtFaultIsPointedAt() {
        assertEquals(
                "room 2 of 3 is null",
                assertThrows(NullPointerException.class, () -> RoomNames.of("a", null, "c"))
                        .getMessage());
        assertEquals(
                "room 1 of 1 has an empty name",
                assertThrows(IllegalArgumentException.class, () -> RoomNames.and(Set.of("a"), ""))
                        .getMessage());
        assertEquals(
                "rooms",
                assertThrows(NullPointerException.class, () -> RoomNames.toEnter((String[]) null))
                        .getMessage());
    }

    @Test
    void aUsersRoomIsChosenButNotEntered() {
        assertEquals(Set.of("user:42"), RoomNames.of(RoomNames.ofUser("42")));
        assertEquals(
                "room \"user:42\" is a user's: only signIn(user) on the socket itself leads there, and away from it;"
                        + " user(\"42\") reaches it. For a room that sockets may enter, take a name without \"user:\" in"
                        + " front",
                assertThrows(IllegalArgumentException.class, () -> RoomNames.toEnter("a", "user:42"))
                        .getMessage());
    }
}
