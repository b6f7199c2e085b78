package io.gangway.redis;

import java.io.FilterInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection whose two directions are used independently: one thread at a time writes, one reads, and any thread may
 * {@link #cut} it.
 */
final class RedisConnection extends Connection {
    // Set while the superclass is made, so without a value here.
    private @Nullable RedisInputStream buffered;
    private @Nullable Runnable beforeWaiting;

    /**
     * Connects and introduces itself; both within the timeouts of the configuration, which do not count afterwards.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if that fails
     */
    RedisConnection(HostAndPort address, JedisClientConfig config) {
        super(new DefaultJedisSocketFactory(address, config), config);
        setSoTimeout(0);
    }

    /** Puts a command into the buffer. */
    void write(CommandArguments command) {
        sendCommand(command);
    }

    /** Sends what is in the buffer. */
    @Override
    protected void flush() {
        super.flush();
    }

    /** Called by who reads, before it waits for more than has come. */
    void beforeWaiting(Runnable task) {
        beforeWaiting = task;
    }

    /** Has another buffer between, because what waits in Jedis's own cannot be seen. */
    @Override
    protected Object protocolRead(RedisInputStream received, PushConsumerChain consumers) {
        RedisInputStream buffer = buffered;
        if (buffer == null) {
            buffer = new RedisInputStream(new FilterInputStream(received) {
                @Override
                public int read(byte[] into, int from, int length) throws IOException {
                    Runnable task = beforeWaiting;
                    if (task != null) {
                        task.run();
                    }
                    return super.read(into, from, length);
                }
            });
            buffered = buffer;
        }
        return super.protocolRead(buffer, consumers);
    }

    /**
     * Waits for the next thing Redis says.
     *
     * @throws redis.clients.jedis.exceptions.JedisDataException if it is an error
     */
    Object read() {
        return getUnflushedObject();
    }

    /** Asks something, before anything else is read or written, and waits a second for the answer at most. */
    Object ask(CommandArguments question) {
        setSoTimeout(RedisClusterBuilder.HANDSHAKE_MILLIS);
        Object answer = executeCommand(question);
        setSoTimeout(0);
        return answer;
    }

    /** Ends it at once, whoever is reading or writing; asks and tells Redis nothing. */
    void cut() {
        try {
            forceDisconnect();
        } catch (IOException alreadyClosed) {
            setBroken();
        }
    }
}
