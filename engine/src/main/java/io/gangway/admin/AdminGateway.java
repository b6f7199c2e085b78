package io.gangway.admin;

import io.gangway.Ack;
import io.gangway.Gateway;
import io.gangway.NamespaceBuilder;
import io.gangway.SlowClients;

/** The namespace to which the page connects. */
final class AdminGateway implements Gateway {
    private final AdminSettings settings;
    private final AdminServer server;

    AdminGateway(AdminSettings settings, AdminServer server) {
        this.settings = settings;
        this.server = server;
    }

    @Override
    public void configure(NamespaceBuilder admin) {
        AdminLogin login = settings.login();
        if (login != null) {
            admin.intercept(new Door(login, settings.sessions(), new LoginAttempts(System::nanoTime)));
        }
        admin.whenSlow(SlowClients.DROP_OLDEST)
                .withoutRecovery() // a page that is back is told everything anew
                .onConnect(server::welcome)
                .onDisconnect((socket, reason) -> server.farewell())
                .onServerEvent(Audience.ARRIVAL, arguments -> {
                    server.arrivedElsewhere();
                    return Ack.unanswered();
                })
                .onUnhandled(event -> Ack.unanswered()); // commands that were not announced
        if (settings.rights() == AdminSettings.Rights.WRITE) {
            new Commands(server::engine).addTo(admin);
        }
    }
}
