package io.gangway.redis.link;

import io.gangway.redis.wire.StreamOffset;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The readers of all streams, one for each, created on demand. Thread-safe. */
final class StreamReaders {
    private final Map<String, StreamReader> readers = new ConcurrentHashMap<>();
    private final Function<String, StreamReader> newReader;

    StreamReaders(Function<String, StreamReader> newReader) {
        this.newReader = newReader;
    }

    /** Reads the stream from now on; completes once every entry that is added then will be read. */
    CompletionStage<Void> open(String stream) {
        return readers.computeIfAbsent(stream, newReader).begun();
    }

    /** Whether every entry that is added from now on will be read. */
    boolean hasBegun(String stream) {
        StreamReader reader = readers.get(stream);
        return reader != null && reader.begun().toCompletableFuture().isDone();
    }

    /** Up to where the stream has been passed on. */
    String position(String stream) {
        StreamReader reader = readers.get(stream);
        return reader == null ? StreamOffset.BEFORE_ALL : reader.position();
    }

    /** The last entry that the stream had when it was read first, and so the last that was never passed on. */
    String begin(String stream) {
        StreamReader reader = readers.get(stream);
        return reader == null ? StreamOffset.BEFORE_ALL : reader.begin();
    }

    StreamReader.Pace pace(String stream) {
        StreamReader reader = readers.get(stream);
        return reader == null ? new StreamReader.Pace(0, 0) : reader.pace();
    }

    /** Whether the stream is known to have no entries. */
    boolean isEmpty(String stream) {
        StreamReader reader = readers.get(stream);
        return reader != null && reader.isEmpty();
    }

    boolean areUp() {
        return readers.values().stream().allMatch(StreamReader::isUp);
    }

    void watch() {
        readers.values().forEach(StreamReader::watch);
    }

    /** The topology changed: readers without a connection look for the current owner of their stream. */
    void moveOn() {
        readers.values().forEach(StreamReader::moveOn);
    }

    /** Ends all connections; readers reconnect at once. */
    void cut() {
        readers.values().forEach(StreamReader::cut);
    }

    void retrySoon() {
        readers.values().forEach(StreamReader::retrySoon);
    }

    void close() {
        readers.values().forEach(StreamReader::close);
    }
}
