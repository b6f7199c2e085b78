package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is logged while it is open: warnings and errors, as the tests' logger is set. */
public final class CapturedLog implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public CapturedLog() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    /** The lines that came so far. */
    public List<String> lines() {
        return text().lines().toList();
    }

    /** The warnings and errors that came so far, without their stack traces; what is not the logger's does not count. */
    public String complaints() {
        return String.join(
                "\n",
                lines().stream()
                        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                        .toList());
    }

    /** Asserts that this was complained of, and forgets what came so far. */
    public void expectComplaint(String part) {
        assertTrue(complaints().contains(part), this::text);
        bytes.reset();
    }

    public String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
