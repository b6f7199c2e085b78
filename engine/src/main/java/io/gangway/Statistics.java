package io.gangway;

import io.gangway.connection.Flusher;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.Laggards;
import io.gangway.connection.Transport;
import io.gangway.tasks.HandlerLoad;
import io.gangway.tasks.HandlerThreads;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Gathers an engine's statistics from the places that count. */
record Statistics(
        Clients clients,
        Namespaces namespaces,
        Flusher flusher,
        Laggards laggards,
        InboundBudget budget,
        HandlerThreads handlers,
        Supplier<EngineStats.Upgrades> upgrades) {
    EngineStats take() {
        Map<String, Long> connections = new HashMap<>(Map.of(Transport.POLLING, 0L, Transport.WEBSOCKET, 0L));
        long waiting = 0;
        long mostWaiting = 0;
        for (Client client : clients.all()) {
            connections.merge(client.connection().transport(), 1L, Long::sum);
            long bytes = client.connection().bufferedBytes();
            waiting += bytes;
            mostWaiting = Math.max(mostWaiting, bytes);
        }
        List<EngineStats.NamespaceStats> all = namespaces.stats();
        Tally<DisconnectReason> disconnects = new Tally<>(DisconnectReason.class);
        all.forEach(namespace -> namespace.disconnects().forEach(disconnects::add));
        Reception reception = clients.reception();
        return new EngineStats(
                connections,
                reception.handshakes(),
                upgrades.get(),
                reception.closes(),
                disconnects.sums(),
                all,
                inbound(),
                outbound(waiting, mostWaiting),
                threads(),
                namespaces.clusterHealth(),
                namespaces.recoveryCounts());
    }

    private EngineStats.Inbound inbound() {
        InboundBudget.Received received = budget.received();
        return new EngineStats.Inbound(
                received.messages(),
                received.bytes(),
                budget.held(),
                received.pauses(),
                received.waits(),
                clients.settings().mailbox().decoding().waits());
    }

    private EngineStats.Outbound outbound(long waiting, long mostWaiting) {
        Flusher.Sent sent = flusher.sent();
        return new EngineStats.Outbound(
                sent.messages(),
                sent.bytes(),
                sent.writes(),
                waiting,
                mostWaiting,
                laggards.dropped(),
                laggards.replaced());
    }

    private EngineStats.Handlers threads() {
        HandlerLoad load = handlers.load();
        return new EngineStats.Handlers(load.active(), load.activeVirtual(), load.queued());
    }
}
