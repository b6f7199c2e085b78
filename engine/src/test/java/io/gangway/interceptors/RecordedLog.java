package io.gangway.interceptors;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.MDCAdapter;

/** Keeps what is logged, each line with what the MDC had then: {@code INFO line {key=value}}. */
final class RecordedLog extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final transient MDCAdapter mdc;

    RecordedLog(MDCAdapter mdc) {
        this.mdc = mdc;
        this.name = "recorded";
    }

    /** The next line, waited for. */
    String next() throws InterruptedException {
        String line = lines.poll(10, TimeUnit.SECONDS);
        return line == null ? "no line came" : line;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String message, Object[] arguments, Throwable failure) {
        Map<String, String> context = mdc.getCopyOfContextMap();
        lines.add(level + " " + MessageFormatter.basicArrayFormat(message, arguments) + " "
                + new TreeMap<>(context == null ? Map.of() : context) + (failure == null ? "" : " " + failure));
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return RecordedLog.class.getName();
    }

    @Override
    public boolean isTraceEnabled() {
        return true;
    }

    @Override
    public boolean isDebugEnabled() {
        return true;
    }

    @Override
    public boolean isInfoEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }
}
