package io.gangway.clients;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The official Java client. */
@ParameterizedClass
@EnumSource(RealClient.Via.class)
class JavaClientTest extends RealClientContract {
    private static final OkHttpClients CLIENTS = new OkHttpClients();

    @Override
    RealClient open(int port, RealClient.Introduction introduction) {
        return CLIENTS.open(port, introduction);
    }

    /** The client's org.json writes it raw, and UTF-8 has no place for it. */
    @Override
    String sentWithHalfAnEmoji(String text) {
        return text.replace("\ud83d", "?");
    }

    @AfterEach
    void forget() {
        CLIENTS.forget();
    }

    @AfterAll
    static void end() {
        CLIENTS.forget();
    }
}
