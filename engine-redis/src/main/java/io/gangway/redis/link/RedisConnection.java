package io.gangway.redis.link;

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
 * A connection to Redis whose two directions are independent: one thread at a time writes, one reads, and any thread
 * may
 * {@link #cut} it. It never reconnects.
 *
 * <p>Jedis connects, authenticates and writes. This class reads, by the one reading method that all supported
 * versions of Jedis share: how a {@code Connection} reads differs between them, and it does not tell when it is about
 * to wait.
 */
public final class RedisConnection extends Connection {
    /** How long connecting may take, and each reply while doing so. */
    public static final int TIMEOUT_MILLIS = 1_000;

    private final RedisInputStream received;
    private @Nullable Runnable beforeWaiting;

    /**
     * Connects and authenticates, within the timeouts of the configuration; they do not apply afterwards.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if that fails
     */
    public RedisConnection(HostAndPort address, JedisClientConfig config) {
        this(new OneSocket(address, config), config);
    }

    private RedisConnection(OneSocket socket, JedisClientConfig config) {
        super(socket, config);
        // Redis sends nothing before the first command but replies, so Jedis's own buffer is empty now.
        received = new RedisInputStream(new Watched(socket.in()));
        setSoTimeout(0);
    }

    /**
     * Builds a configuration that uses RESP2 and sends no HELLO, whatever protocol was configured.
     *
     * @throws IllegalArgumentException if a timeout is negative
     */
    public static JedisClientConfig resp2(DefaultJedisClientConfig.Builder config) {
        try {
            config.serverDefaultProtocol();
        } catch (NoSuchMethodError before8) {
            config.protocol(null); // Jedis 7 then sends no HELLO; Jedis 8 would try RESP3
        }
        JedisClientConfig built = config.build();
        Ranges.atLeast(0, "Jedis's connectionTimeoutMillis", built.getConnectionTimeoutMillis());
        Ranges.atLeast(0, "Jedis's socketTimeoutMillis", built.getSocketTimeoutMillis());
        return built;
    }

    /** Writes a command to the buffer. */
    void write(CommandArguments command) {
        sendCommand(command);
    }

    /** Sends the buffer. */
    @Override
    protected void flush() {
        super.flush();
    }

    /** Has the reading thread run a task whenever it has read all that has arrived, before it waits for more. */
    void beforeWaiting(Runnable task) {
        beforeWaiting = task;
    }

    /**
     * Reads the next reply or message; waits for it.
     *
     * @throws JedisDataException if Redis replies with an error
     */
    @SuppressWarnings("deprecation") // its successor in Jedis 8, for RESP3, is missing in Jedis 7
    public Object read() {
        if (isBroken()) {
            throw new JedisConnectionException("the connection was closed");
        }
        try {
            return Protocol.read(received);
        } catch (JedisDataException error) {
            throw error;
        } catch (RuntimeException lost) {
            setBroken(); // where the next reply begins is unknown
            throw lost;
        }
    }

    /** Sends a query before the connection is used for anything else, and waits for the reply for at most a second. */
    public Object ask(CommandArguments query) {
        setSoTimeout(TIMEOUT_MILLIS);
        write(query);
        flush();
        Object reply = read();
        setSoTimeout(0);
        return reply;
    }

    /** Closes the connection at once, whoever is reading or writing; sends nothing. */
    public void cut() {
        try {
            forceDisconnect();
        } catch (IOException alreadyClosed) {
            setBroken();
        }
    }

    /**
     * Connects as Jedis does, keeps the socket's input stream, which Jedis does not expose, and refuses to connect
     * again: Jedis would do so for a command written to a closed connection, but without authenticating.
     */
    private static final class OneSocket extends DefaultJedisSocketFactory {
        private @Nullable InputStream in;

        OneSocket(HostAndPort address, JedisClientConfig config) {
            super(address, config);
        }

        @Override
        public Socket createSocket() {
            if (in != null) {
                throw new JedisConnectionException("the connection was closed");
            }
            Socket socket = super.createSocket();
            try {
                in = socket.getInputStream();
            } catch (IOException closed) {
                throw new JedisConnectionException("the connection was closed while connecting", closed);
            }
            return socket;
        }

        InputStream in() {
            InputStream made = in;
            if (made == null) {
                throw new JedisConnectionException("Jedis has not connected");
            }
            return made;
        }
    }

    /** Jedis reads from this stream only when it has consumed all it had read before. */
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
