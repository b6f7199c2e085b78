package io.gangway.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of Java Flight Recorder shows of an engine. */
class RecordingTest {
    @TempDir
    Path directory;

    private final CountDownLatch go = new CountDownLatch(1);

    /** Those of this name in the order in which they happened: the file has them thread by thread. */
    private static Stream<RecordedEvent> of(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("io.gangway." + name))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime));
    }

    private List<RecordedEvent> events(jdk.jfr.Recording recording) throws IOException {
        Path file = directory.resolve("gangway.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file);
    }

    @Test
    void aRecordingShowsWhatHappened() throws IOException {
        try (jdk.jfr.Recording recording = new jdk.jfr.Recording();
                Engine engine = Engine.builder()
                        .port(0)
                        .cluster(LocalCluster.create().node())
                        .limits(limits ->
                                limits.maxQueuedEvents(2).maxBuffered(1_000).slowAfter(Duration.ofMillis(100)))
                        .namespace("/")
                        .on("known", (socket, arguments) -> Ack.empty())
                        .on("wait", (socket, arguments) -> {
                            go.await();
                            return Ack.empty();
                        })
                        .start()) {
            recording.enable("io.gangway.ClusterLag").with("period", "10 ms");
            recording.start();
            assertTrue(Recording.isOn());
            try (WireClient client = WireClient.join(engine.port());
                    RawClient http = RawClient.connect(engine.port())) {
                client.send("420[\"known\",\"secret\"]").expect("430[]").send("42[\"secret unknown\"]");
                http.get(RawClient.POLLING, "Origin: http://secret.example", "Cookie: secret");
                for (int i = 0; i < 5; i++) {
                    client.send("42[\"wait\"]");
                }
                Eventually.holds("reading stops", () -> engine.stats().inbound().pauses() > 0);
                go.countDown();
                client.stopReading();
                byte[] much = new byte[100_000];
                Eventually.holds("the client is too slow", () -> {
                    engine.namespace("/").emit("much", (Object) much);
                    return engine.namespace("/").sockets().isEmpty();
                });
            }
            Eventually.holds("all is recorded", () -> {
                try {
                    List<RecordedEvent> soFar = events(recording);
                    return of(soFar, "Handshake").count() >= 2
                            && of(soFar, "Event").count() >= 2
                            && of(soFar, "QueueFull").count() >= 1
                            && of(soFar, "SlowClient").count() >= 1
                            && of(soFar, "ClusterLag").count() >= 1;
                } catch (IOException failure) {
                    throw new AssertionError(failure);
                }
            });
            List<RecordedEvent> events = events(recording);
            assertEquals(
                    List.of("ACCEPTED", "ORIGIN"),
                    of(events, "Handshake")
                            .map(event -> event.getString("outcome"))
                            .toList());
            assertEquals(
                    List.of("/ known SUCCESS", "/ other SUCCESS"),
                    of(events, "Event")
                            .map(event -> event.getString("namespace") + " " + event.getString("event") + " "
                                    + event.getString("outcome"))
                            .limit(2)
                            .toList());
            assertTrue(of(events, "Event")
                    .allMatch(event -> event.getDuration("time").toNanos() > 0));
            assertTrue(of(events, "QueueFull").anyMatch(event -> event.getInt("events") >= 2));
            assertEquals(1, of(events, "SlowClient").count());
            assertEquals(
                    "UP", of(events, "ClusterLag").findFirst().orElseThrow().getString("state"));
            String all = events.stream()
                    .filter(event -> event.getEventType().getName().startsWith("io.gangway."))
                    .toList()
                    .toString();
            assertFalse(all.contains("secret"), all);
        }
    }

    @Test
    void anEngineThatIsClosedIsAskedForNoLag() throws IOException {
        try (jdk.jfr.Recording recording = new jdk.jfr.Recording()) {
            recording.enable("io.gangway.ClusterLag").with("period", "10 ms");
            recording.start();
            Engine engine = Engine.builder()
                    .port(0)
                    .cluster(LocalCluster.create().node())
                    .namespace("/")
                    .start();
            engine.close();
            recording.stop();
            Path file = directory.resolve("closed.jfr");
            try (jdk.jfr.Recording later = new jdk.jfr.Recording()) {
                later.enable("io.gangway.ClusterLag").with("period", "beginChunk");
                later.start();
                later.stop();
                later.dump(file);
            }
            assertEquals(0, of(RecordingFile.readAllEvents(file), "ClusterLag").count());
            Files.delete(file);
        }
    }
}
