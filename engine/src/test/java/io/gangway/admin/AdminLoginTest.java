package io.gangway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.testing.CapturedLog;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may administer. */
class AdminLoginTest {
    private static final Map<String, String> RIGHT = Map.of("username", "ada", "password", "right");
    private static final Map<String, String> WRONG = Map.of("username", "ada", "password", "wrong");

    private Engine engine;

    @AfterEach
    void close() {
        engine.close();
    }

    private void start(AdminUi admin) {
        engine = Engine.builder().port(0).extend(admin).start();
    }

    private static boolean isAda(String user, String password) {
        return user.equals("ada") && password.equals("right");
    }

    @Test
    void onlyTheRightPasswordOrItsSessionComesIn() {
        start(AdminUi.login(AdminLoginTest::isAda));
        assertEquals("invalid credentials", AdminClient.refused(engine.port(), WRONG));
        assertEquals("invalid credentials", AdminClient.refused(engine.port(), Map.of()));
        String session;
        try (AdminClient admin = AdminClient.open(engine.port(), RIGHT)) {
            session = admin.next("session").get(0).getAsString();
        }
        assertTrue(session.matches("[0-9a-f]{16}"), session);
        try (AdminClient admin = AdminClient.open(engine.port(), Map.of("sessionId", session))) {
            admin.next("config");
            assertEquals(1, admin.recorded().size(), "no second session: " + admin.recorded());
        }
        assertEquals(
                "invalid credentials", AdminClient.refused(engine.port(), Map.of("sessionId", "0123456789abcdef")));
        assertEquals("invalid credentials", AdminClient.refused(engine.port(), Map.of("sessionId", 1)));
    }

    @Test
    void theFifthFailureFromAnAddressIsTheLast() {
        start(AdminUi.login(AdminLoginTest::isAda));
        String session;
        try (AdminClient admin = AdminClient.open(engine.port(), RIGHT)) {
            session = admin.next("session").get(0).getAsString();
        }
        for (int i = 0; i < LoginAttempts.FROM_ONE; i++) {
            assertEquals("invalid credentials", AdminClient.refused(engine.port(), WRONG));
        }
        assertEquals(Door.TOO_MANY, AdminClient.refused(engine.port(), RIGHT));
        assertEquals(Door.TOO_MANY, AdminClient.refused(engine.port(), Map.of("sessionId", "0123456789abcdef")));
        try (AdminClient admin = AdminClient.open(engine.port(), Map.of("sessionId", session))) {
            admin.next("config"); // others' failures do not keep out who has logged in before
        }
    }

    @Test
    void onlyTwoLoginsAreDecidedAtOnce() throws Exception {
        CountDownLatch deciding = new CountDownLatch(2);
        CountDownLatch decided = new CountDownLatch(1);
        start(AdminUi.login((user, password) -> {
            deciding.countDown();
            decided.await();
            return true;
        }));
        CompletableFuture<?> first = CompletableFuture.runAsync(() -> AdminClient.open(engine.port(), RIGHT));
        CompletableFuture<?> second = CompletableFuture.runAsync(() -> AdminClient.open(engine.port(), RIGHT));
        deciding.await();
        assertEquals("another login is being decided, try again", AdminClient.refused(engine.port(), RIGHT));
        decided.countDown();
        first.join();
        second.join();
    }

    @Test
    void aFailingLoginOrStoreLetsNobodyInWithoutAPassword() {
        AdminSessions broken = new AdminSessions() {
            @Override
            public void save(String id) throws IOException {
                throw new IOException("on purpose");
            }

            @Override
            public boolean exists(String id) throws IOException {
                throw new IOException("on purpose");
            }
        };
        start(AdminUi.login((user, password) -> {
                    if (password.equals("broken")) {
                        throw new IOException("on purpose");
                    }
                    return isAda(user, password);
                })
                .sessions(broken));
        try (CapturedLog log = new CapturedLog()) {
            assertEquals(
                    "invalid credentials",
                    AdminClient.refused(engine.port(), Map.of("username", "ada", "password", "broken")));
            assertEquals(
                    "invalid credentials", AdminClient.refused(engine.port(), Map.of("sessionId", "0123456789abcdef")));
            try (AdminClient admin = AdminClient.open(engine.port(), RIGHT)) {
                admin.next("config");
                assertEquals(1, admin.recorded().size(), "there is no session to tell: " + admin.recorded());
            }
            assertTrue(log.text().contains("cannot look for a session"), log.text());
            assertTrue(log.text().contains("cannot save a session"), log.text());
            assertFalse(log.text().contains("0123456789abcdef"), log.text());
        }
    }

    @Test
    void aUserHasAHashedPassword() {
        PasswordHash hash = PasswordHash.parse(PasswordHashTest.OF_PYTHON);
        start(AdminUi.login("ada", hash));
        assertEquals("invalid credentials", AdminClient.refused(engine.port(), WRONG));
        assertEquals(
                "invalid credentials",
                AdminClient.refused(engine.port(), Map.of("username", "bob", "password", "Grüße")));
        AdminClient.open(engine.port(), Map.of("username", "ada", "password", "Grüße"))
                .close();
    }

    @Test
    void withoutALoginTheLogWarns() {
        try (CapturedLog log = new CapturedLog()) {
            start(AdminUi.insecure().namespace("ops"));
            assertTrue(log.text().contains("everybody who can reach /ops may administer this server"), log.text());
        }
    }

    @Test
    void oneBuilderWithAnAdminUiBuildsOneEngine() {
        EngineBuilder builder = Engine.builder().port(0).extend(AdminUi.login(AdminLoginTest::isAda));
        engine = builder.build();
        IllegalStateException refused = assertThrows(IllegalStateException.class, builder::build);
        assertTrue(refused.getMessage().contains("a builder of its own for each engine"), refused.getMessage());
    }
}
