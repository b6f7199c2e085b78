package io.gangway.redis.mixed;

import io.gangway.clients.NodeClients;
import io.gangway.clients.OkHttpClients;
import io.gangway.redis.TestRedis;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processes that all mixed clusters use, one after the other: started for the first, and ended after the last
 * test.
 */
final class SharedProcesses implements BeforeAllCallback {
    private static Running running;

    private static final class Running implements AutoCloseable {
        private final TestRedis redis = TestRedis.start();
        private final NodeClients javaScriptClients = new NodeClients();
        private final OkHttpClients javaClients = new OkHttpClients();
        private NodePeers node = new NodePeers();

        /** Redis last: the servers would log errors. */
        @Override
        public void close() {
            javaScriptClients.close();
            javaClients.close();
            node.close();
            redis.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedProcesses.class))
                .computeIfAbsent(Running.class, absent -> new Running(), Running.class);
    }

    static TestRedis redis() {
        return running.redis;
    }

    /** A new one, if tests that failed have ended the one before. */
    static NodePeers node() {
        if (running.node.hasEnded()) {
            running.node = new NodePeers();
        }
        return running.node;
    }

    static NodeClients javaScriptClients() {
        return running.javaScriptClients;
    }

    static OkHttpClients javaClients() {
        return running.javaClients;
    }
}
