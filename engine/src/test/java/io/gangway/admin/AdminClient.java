package io.gangway.admin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gangway.clients.WireClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** An administrator's page, as the server sees it: sends commands, and keeps everything that it was told. */
public final class AdminClient implements AutoCloseable {
    private static final String PREFIX = "42/admin,";
    private static final Gson GSON = new Gson();

    private final List<String> recorded = new ArrayList<>();
    private final Deque<String> early = new ArrayDeque<>();
    private final WireClient client;

    private AdminClient(WireClient client) {
        this.client = client;
    }

    /** Connects without a password. */
    public static AdminClient open(int port) {
        return open(port, Map.of());
    }

    public static AdminClient open(int port, Map<String, ?> auth) {
        AdminClient admin = new AdminClient(WireClient.open(port));
        admin.client.send("40/admin," + GSON.toJson(auth));
        String answer = admin.client.next();
        while (answer.startsWith(PREFIX)) { // Node.js tells the session first
            admin.early.add(answer);
            answer = admin.client.next();
        }
        assertTrue(answer.startsWith("40/admin,"), answer);
        return admin;
    }

    /** The same, but in shorter intervals than of seconds. */
    public static AdminUi hurried(AdminUi admin) {
        return admin.tick(Duration.ofMillis(40));
    }

    /** The message of the connect_error. */
    public static String refused(int port, Map<String, ?> auth) {
        try (WireClient client = WireClient.open(port)) {
            String answer = client.send("40/admin," + GSON.toJson(auth)).next();
            assertTrue(answer.startsWith("44/admin,"), answer);
            return JsonParser.parseString(answer.substring(9))
                    .getAsJsonObject()
                    .get("message")
                    .getAsString();
        }
    }

    public AdminClient send(String event, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(event));
        all.addAll(Arrays.asList(arguments));
        client.send(PREFIX + GSON.toJson(all));
        return this;
    }

    /** The arguments of the next event with this name, whatever comes before. */
    public JsonArray next(String event) {
        return next(event, arguments -> true);
    }

    /** The arguments of the next event with this name that are as wanted, whatever comes before. */
    public JsonArray next(String event, Predicate<JsonArray> wanted) {
        long deadline = System.nanoTime() + WireClient.PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            String packet = early.isEmpty() ? client.next() : early.remove();
            recorded.add(packet);
            if (packet.startsWith(PREFIX)) {
                JsonArray all = JsonParser.parseString(packet.substring(PREFIX.length()))
                        .getAsJsonArray();
                if (all.remove(0).getAsString().equals(event) && wanted.test(all)) {
                    return all;
                }
            }
        }
        throw new AssertionError("no such " + event + " among "
                + recorded.stream()
                        .filter(packet -> !packet.contains("server_stats"))
                        .toList());
    }

    /** The report of this server that comes next. */
    public JsonObject stats(String serverId) {
        return next("server_stats", stats -> text(stats.get(0), "serverId").equals(serverId))
                .get(0)
                .getAsJsonObject();
    }

    /** The socket with this id among those listed. */
    public static JsonObject socket(JsonArray allSockets, String id) {
        for (JsonElement socket : allSockets.get(0).getAsJsonArray()) {
            if (text(socket, "id").equals(id)) {
                return socket.getAsJsonObject();
            }
        }
        throw new AssertionError("no socket " + id + " among " + allSockets);
    }

    public static String text(JsonElement object, String member) {
        return object.getAsJsonObject().get(member).getAsString();
    }

    /** All packets so far, those that {@link #next} has passed over too. */
    List<String> recorded() {
        return recorded;
    }

    WireClient wire() {
        return client;
    }

    @Override
    public void close() {
        client.close();
    }
}
