package io.gangway.redis;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection whose two directions are used independently: one thread at a time writes, one reads, and any thread may
 * {@link #cut} it. It is made once, and never made anew.
 *
 * <p>Jedis connects, introduces itself and writes. What comes after that is read here, by the one reading method that all
 * versions of Jedis have in common: how a {@code Connection} reads differs between them, and does not show when it waits.
 */
final class RedisConnection extends Connection {
    private final RedisInputStream received;
    private @Nullable Runnable beforeWaiting;

    /**
     * Connects and introduces itself; both within the timeouts of the configuration, which do not count afterwards.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if that fails
     */
    RedisConnection(HostAndPort address, JedisClientConfig config) {
        this(new OneSocket(address, config), config);
    }

    private RedisConnection(OneSocket socket, JedisClientConfig config) {
        super(socket, config);
        // Redis says nothing unasked before the first command, so nothing is left in Jedis's own buffer.
        received = new RedisInputStream(new Watched(socket.in()));
        setSoTimeout(0);
    }

    /**
     * A configuration of connections that speak RESP2 and say no HELLO, whatever was chosen before.
     *
     * @throws IllegalArgumentException if it has a negative timeout
     */
    static JedisClientConfig resp2(DefaultJedisClientConfig.Builder config) {
        try {
            config.serverDefaultProtocol();
        } catch (NoSuchMethodError before8) {
            config.protocol(null); // where nothing is said, Jedis 7 does so by itself, and Jedis 8 tries RESP3
        }
        JedisClientConfig built = config.build();
        Ranges.atLeast(0, "Jedis's connectionTimeoutMillis", built.getConnectionTimeoutMillis());
        Ranges.atLeast(0, "Jedis's socketTimeoutMillis", built.getSocketTimeoutMillis());
        return built;
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

    /**
     * Waits for the next thing Redis says.
     *
     * @throws JedisDataException if it is an error
     */
    @SuppressWarnings("deprecation") // Jedis 8 prefers a method that Jedis 7 lacks, for what only RESP3 has
    Object read() {
        if (isBroken()) {
            throw new JedisConnectionException("the connection was cut");
        }
        try {
            return Protocol.read(received);
        } catch (JedisDataException said) {
            throw said;
        } catch (RuntimeException lost) {
            setBroken(); // nobody knows where the next answer begins
            throw lost;
        }
    }

    /** Asks something, before anything else is read or written, and waits a second for the answer at most. */
    Object ask(CommandArguments question) {
        setSoTimeout(RedisClusterBuilder.HANDSHAKE_MILLIS);
        write(question);
        flush();
        Object answer = read();
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

    /**
     * Connects as Jedis does, remembers the stream, which Jedis does not show, and refuses to do it again: a command that is
     * written to a connection that was cut would make Jedis connect anew, without a word of introduction.
     */
    private static final class OneSocket extends DefaultJedisSocketFactory {
        private @Nullable InputStream in;

        OneSocket(HostAndPort address, JedisClientConfig config) {
            super(address, config);
        }

        @Override
        public Socket createSocket() {
            if (in != null) {
                throw new JedisConnectionException("the connection was cut");
            }
            Socket socket = super.createSocket();
            try {
                in = socket.getInputStream();
            } catch (IOException closed) {
                throw new JedisConnectionException("the connection ended while it was made", closed);
            }
            return socket;
        }

        InputStream in() {
            InputStream made = in;
            if (made == null) {
                throw new JedisConnectionException("Jedis did not connect");
            }
            return made;
        }
    }

    /** Asked for more only when everything that came has been read. */
    private final class Watched extends FilterInputStream {
        Watched(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            Runnable task = beforeWaiting;
            if (task != null) {
                task.run();
            }
            return super.read(into, from, length);
        }
    }
}
