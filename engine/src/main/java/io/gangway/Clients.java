package io.gangway;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionAcceptor;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Refusal;
import io.gangway.connection.RefusedRequest;
import io.gangway.connection.UpgradeRequest;
import io.gangway.logs.SparingLog;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The connected clients of one engine; admits or refuses new ones. Thread-safe. */
final class Clients implements ConnectionAcceptor, Admission.Load, ClientKeeper {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(Clients.class));

    private final ClientSettings settings;
    private final Namespaces namespaces;
    private final HandlerThreads threads;
    private final Deadlines deadlines;
    private final @Nullable Admission admission;
    private final Reception reception;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> addresses = new ConcurrentHashMap<>();

    /** How long clients refused during a drain are told to wait; null if the engine does not drain. */
    private volatile @Nullable Duration draining;

    Clients(
            ClientSettings settings,
            Namespaces namespaces,
            HandlerThreads threads,
            Deadlines deadlines,
            @Nullable Admission admission,
            Reception reception) {
        this.settings = settings;
        this.namespaces = namespaces;
        this.threads = threads;
        this.deadlines = deadlines;
        this.admission = admission;
        this.reception = reception;
    }

    @Override
    public @Nullable Refusal refuse(UpgradeRequest request) {
        return refuse(request, ClientKind.SOCKET_IO);
    }

    /** Decides whether a client of this kind may connect: null lets it in. */
    @Nullable
    Refusal refuse(UpgradeRequest request, ClientKind kind) {
        Duration away = draining;
        if (away == null && admission == null) {
            return null;
        }
        Handshake handshake = Handshake.of(request, Map.of(), kind);
        if (away != null) {
            reception.refused(HandshakeOutcome.DRAINING, 503, "the engine drains", handshake);
            return new Refusal(503, away);
        }
        return admission == null ? null : refuse(handshake, admission);
    }

    private @Nullable Refusal refuse(Handshake handshake, Admission admission) {
        try {
            Admission.Verdict verdict = admission.admit(handshake, this);
            if (verdict.isAccepted()) {
                return null;
            }
            String reason = "the admission refused the client";
            reception.refused(HandshakeOutcome.ADMISSION, verdict.status(), reason, handshake);
            return new Refusal(verdict.status(), verdict.retryAfter());
        } catch (Throwable failure) {
            sparing.error(failure, "the application's admission failed; refusing the client");
            reception.refused(HandshakeOutcome.ADMISSION, 503, "the admission failed", handshake);
            return new Refusal(503, null);
        }
    }

    @Override
    public void refused(RefusedRequest refused) {
        reception.refused(refused);
    }

    @Override
    public ConnectionListener accept(Connection connection) {
        return accept(connection, settings);
    }

    /** Accepts a connection whose route has settings of its own. */
    Client accept(Connection connection, ClientSettings settings) {
        Client client = new Client(connection, settings, namespaces, threads, deadlines, this);
        clients.add(client);
        reception.accepted();
        addresses.merge(address(client), 1, Integer::sum);
        return client;
    }

    @Override
    public boolean isLeaving() {
        return draining != null;
    }

    @Override
    public void gone(Client client, CloseReason reason, String detail) {
        if (clients.remove(client)) {
            reception.closed(reason, detail);
            addresses.computeIfPresent(address(client), (address, count) -> count == 1 ? null : count - 1);
        }
    }

    private static String address(Client client) {
        return client.connection().request().remoteAddress();
    }

    @Override
    public int connections() {
        return clients.size();
    }

    @Override
    public int connectionsFrom(String address) {
        return addresses.getOrDefault(address, 0);
    }

    /** The settings of Socket.IO's clients. */
    ClientSettings settings() {
        return settings;
    }

    /** The clients that came, were refused and went. */
    Reception reception() {
        return reception;
    }

    /** The connected clients. */
    Set<Client> all() {
        return clients;
    }

    /** Refuses new clients from now on with 503, and tells them when to try again. */
    void drain(Duration retryAfter) {
        draining = retryAfter;
    }

    /** Admits new clients again, after a drain or a restart of the embedding server. */
    void open() {
        draining = null;
    }
}
