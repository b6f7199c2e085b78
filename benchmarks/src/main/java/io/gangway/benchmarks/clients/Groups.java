package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * {@link Load.Kind#GROUPS}: in each group the first member sends, in turn, to the whole group. Meanwhile clients
 * connect, join a group and leave a second later. Messages are sent on schedule, however far behind the server is;
 * deliveries to the permanent members are counted, and the order of samples is checked.
 */
final class Groups implements Workload {
    private static final int MOST_UNDER_WAY = 256; // in a group
    private static final int SAMPLES = 7;
    private static final long STAY_NANOS = 1_000_000_000L;

    private final Swarm swarm;
    private final int bytes;
    private final int members;
    private final int groups;
    private final long betweenMessages;
    private final long betweenConnects;
    private final EventText join = new EventText("join", 0);
    private final EventText speak;
    private final ByteBuffer out;
    private final long[] published; // of each group
    private final long[][] dueAt;
    private final Deque<Client> staying = new ArrayDeque<>();
    private final Latencies latencies = new Latencies();
    private final Latencies joining = new Latencies();

    private boolean running;
    private int groupless;
    private int passing;
    private long nextMessage;
    private long nextConnect;
    private int nextGroup;
    private long begun;
    private long delivered;

    Groups(Swarm swarm, Load load) {
        this.swarm = swarm;
        this.bytes = load.bytes();
        this.members = load.window();
        this.groups = load.sockets() / load.window();
        this.betweenMessages = 1_000_000_000L * members / load.perSecond();
        this.betweenConnects = 1_000_000_000L / Math.max(1, load.churn());
        this.speak = new EventText("speak", bytes);
        this.out = ByteBuffer.allocateDirect(bytes + 256);
        this.published = new long[groups];
        this.dueAt = new long[groups][MOST_UNDER_WAY];
        if (groups * members != load.sockets()) {
            throw new IllegalArgumentException(load.sockets() + " clients cannot be divided into groups of " + members);
        }
    }

    @Override
    public void start() throws IOException {
        if (begun == 0) {
            groupless = swarm.clients().size();
            for (Client client : swarm.clients()) {
                join(client);
            }
        }
        running = true;
        nextMessage = System.nanoTime();
        nextConnect = nextMessage;
    }

    private void join(Client client) throws IOException {
        join.appendAsking(out.clear(), client.index, client.index % groups);
        client.write(out.flip());
    }

    @Override
    public long due(long now) throws IOException {
        if (groupless > 0) { // the load begins when all clients are in their groups
            nextMessage = now;
            nextConnect = now;
            return NOTHING_DUE_MILLIS;
        }
        while (running && nextMessage <= now) {
            speak(nextGroup, nextMessage);
            nextGroup = (nextGroup + 1) % groups;
            nextMessage += betweenMessages;
        }
        while (running && nextConnect <= now) {
            swarm.connectPassing();
            passing++;
            nextConnect += betweenConnects;
        }
        while (!staying.isEmpty() && now - staying.peek().startNanos > (running ? STAY_NANOS : 0)) {
            staying.remove().leave();
        }
        return running ? Math.max(0, (Math.min(nextMessage, nextConnect) - now) / 1_000_000) : 5;
    }

    private void speak(int group, long due) throws IOException {
        Client speaker = swarm.clients().get(group); // client i is in group i modulo groups
        long number = published[group]++;
        if (number - speaker.received == MOST_UNDER_WAY) {
            throw new LoadFailure("the server is " + MOST_UNDER_WAY + " messages behind in group " + group);
        }
        dueAt[group][(int) (number % MOST_UNDER_WAY)] = due;
        speak.append(out.clear(), number);
        begun += members;
        speaker.write(out.flip());
    }

    @Override
    public void joined(Client client) {
        try {
            join(client);
        } catch (IOException broken) {
            throw new UncheckedIOException(client + " cannot join its group", broken);
        }
    }

    @Override
    public void ack(Client client, ByteBuffer buffer, int start, int available, long length) {
        long id = EventText.digitsAt(buffer, start + 2, start + available);
        if (id != client.index) {
            throw new LoadFailure(client + " got ack " + id + ", which it did not request");
        }
        if (swarm.isPassing(client)) {
            joining.add(swarm.now() - client.startNanos);
            staying.add(client);
        } else {
            groupless--;
        }
    }

    @Override
    public void left(Client client) {
        passing--;
    }

    @Override
    public void event(Client client, ByteBuffer buffer, int start, int available, long length) {
        Arrivals.requireLength(client, length, bytes);
        if (swarm.isPassing(client)) {
            return; // how many it should have received depends on when the server admitted it
        }
        int group = client.index % groups;
        long number = client.received++;
        Arrivals.requireAtMost(published[group], client);
        if ((number & SAMPLES) == (client.index & SAMPLES)) {
            long got = EventText.number(buffer, start, available);
            if (got != number) {
                throw new LoadFailure(client + " got message " + got + " where " + number
                        + " was expected: a message was lost or out of order");
            }
        }
        latencies.add(swarm.now() - dueAt[group][(int) (number % MOST_UNDER_WAY)]);
        delivered++;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public long missing() {
        return groupless + begun - delivered + passing;
    }

    @Override
    public long done() {
        return delivered;
    }

    @Override
    public Latencies latencies() {
        return latencies;
    }

    @Override
    public Latencies besides() {
        return joining;
    }
}
