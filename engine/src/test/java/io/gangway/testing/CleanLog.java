package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a warning or an error in the log, unless the test said that it expects it. To be a field with
 * {@code @RegisterExtension}: the log is checked after the methods with {@code @AfterEach}, which end what might log.
 */
public final class CleanLog implements BeforeEachCallback, AfterEachCallback {
    private CapturedLog log;

    @Override
    public void beforeEach(ExtensionContext test) {
        log = new CapturedLog();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        log.close();
        assertEquals("", log.complaints(), log::text);
    }

    /** See {@link CapturedLog#expectComplaint}. */
    public void expectComplaint(String part) {
        log.expectComplaint(part);
    }

    /** The warnings and errors that came so far and were not expected. */
    public List<String> complaints() {
        return log.complaints().lines().toList();
    }
}
