package io.gangway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
                "room \"user:42\" belongs to a user: sockets cannot be made to join or leave it. socket.signIn(\"42\") puts"
                        + " a socket there, once it is certain who the client is, and user(\"42\") reaches it. Give any"
                        + " other room another name, such as \"room-42\"",
                assertThrows(IllegalArgumentException.class, () -> RoomNames.toEnter("a", "user:42"))
                        .getMessage());
    }

    @Test
    void nobodyIsNoUser() {
        assertEquals(
                "a user has an empty name; sign in only clients whose user is known, and leave others without a user",
                assertThrows(IllegalArgumentException.class, () -> RoomNames.ofUser(""))
                        .getMessage());
    }

    @Test
    void aNameThatAClientMadeUpCannotForgeALineOfTheLog() {
        String message = assertThrows(
                        InvalidNameException.class,
                        () -> RoomNames.toEnter("user:a\nERROR \u001b[31m\u2028" + "x".repeat(10_000)))
                .getMessage();
        assertTrue(message.startsWith("room \"user:a?ERROR ?[31m?xxx"), message);
        assertTrue(message.length() < 1_000, message);
    }

    @Test
    void clientsAreToldTheRuleWithoutTheName() {
        assertEquals("Room names that begin with \"user:\" are reserved", ruleAgainst("user:42"));
        assertEquals("Room names must not be empty", ruleAgainst(""));
    }

    private static String ruleAgainst(String room) {
        return assertThrows(InvalidNameException.class, () -> RoomNames.toEnter(room))
                .rule();
    }
}
