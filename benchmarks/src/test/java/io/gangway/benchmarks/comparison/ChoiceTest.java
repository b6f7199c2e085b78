package io.gangway.benchmarks.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceTest {
    @Test
    void readsTheOptions() {
        assertEquals("quick", Choice.of().plan().name());
        assertEquals("full", Choice.of("--full").plan().name());
        assertEquals(
                List.of(Shape.BUN_CHAT, Shape.SHOOTOUT),
                Choice.of("--bun-chat", "--shootout").shapes());
        assertEquals(Path.of("figures"), Choice.of("--report=figures").directory());
    }

    @Test
    void namesWhatItDoesNotKnowAndWhatThereIs() {
        String message = assertThrows(IllegalArgumentException.class, () -> Choice.of("--centrifuge"))
                .getMessage();

        assertTrue(message.startsWith("unknown: --centrifuge\nusage: "), message);
        assertTrue(message.contains("--centrifugo"), message);
        assertThrows(IllegalArgumentException.class, () -> Choice.of("--report="));
    }

    @Test
    void refusesAFullShape() {
        String message = assertThrows(IllegalArgumentException.class, () -> Choice.of("--full", "--bun-chat"))
                .getMessage();

        assertTrue(message.contains("--bun-chat has one length"), message);
    }
}
