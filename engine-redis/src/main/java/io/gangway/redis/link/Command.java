package io.gangway.redis.link;

import io.gangway.redis.wire.OutgoingMessage;
import io.gangway.redis.wire.Subscription;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.util.SafeEncoder;

/** One Redis command, and its outcome. */
final class Command {
    enum Kind {
        /** A message to other nodes, which is queued for a while when Redis is unreachable. */
        MESSAGE,
        /** A message to other nodes that fails at once when Redis is unreachable. */
        PROMPT_MESSAGE,
        /** A value that Redis keeps, such as a session; queued like a message. */
        VALUE,
        /** A query to Redis itself, which fails at once when Redis is unreachable. */
        QUERY
    }

    private final Kind kind;
    private final Subscription destination;
    private final @Nullable Supplier<OutgoingMessage> encoding;
    private final long maxLen;
    private final long bytes;
    private final long created = System.nanoTime();
    private final CompletableFuture<String> sent = new CompletableFuture<>();
    private final CompletableFuture<Object> reply = new CompletableFuture<>();
    private @Nullable CommandArguments encoded;

    private Command(Kind kind, Subscription destination, long bytes, Supplier<OutgoingMessage> encoding, long maxLen) {
        this.kind = kind;
        this.destination = destination;
        this.bytes = bytes;
        this.encoding = encoding;
        this.maxLen = maxLen;
    }

    /**
     * A message that is encoded when its turn comes: encoding is most of the work, and the sender does not wait for it.
     *
     * @param bytes about how many the message takes until then
     * @param maxLen about how many entries a stream keeps
     */
    static Command of(
            Subscription destination, Supplier<OutgoingMessage> encoding, long bytes, Kind kind, long maxLen) {
        return new Command(kind, destination, bytes, encoding, maxLen);
    }

    /** A message that is encoded already. */
    static Command of(OutgoingMessage message, Kind kind, long maxLen) {
        return new Command(kind, message.destination(), arguments(message, maxLen));
    }

    private Command(Kind kind, Subscription destination, CommandArguments encoded) {
        this.kind = kind;
        this.destination = destination;
        this.bytes = size(encoded);
        this.encoding = null;
        this.maxLen = 0;
        this.encoded = encoded;
    }

    private static long size(CommandArguments arguments) {
        long size = 0;
        for (Rawable argument : arguments) {
            size += argument.getRaw().length;
        }
        return size;
    }

    private static CommandArguments arguments(OutgoingMessage message, long maxLen) {
        if (message instanceof OutgoingMessage.Append append) {
            return append(append, maxLen);
        }
        OutgoingMessage.Publish publish = (OutgoingMessage.Publish) message;
        Protocol.Command verb =
                publish.kind() == Subscription.Kind.SHARDED ? Protocol.Command.SPUBLISH : Protocol.Command.PUBLISH;
        return new CommandArguments(verb).add(publish.channel()).add(publish.body());
    }

    /** @param maxLen about how many entries the stream keeps */
    static CommandArguments append(OutgoingMessage.Append entry, long maxLen) {
        CommandArguments xadd = new CommandArguments(Protocol.Command.XADD)
                .add(entry.stream())
                .add("MAXLEN")
                .add("~")
                .add(maxLen)
                .add("*");
        for (Map.Entry<String, byte[]> field : entry.fields().entrySet()) {
            xadd.add(field.getKey()).add(field.getValue());
        }
        return xadd;
    }

    /**
     * A query to Redis.
     *
     * @param key what the query is about: it goes to the node that serves it
     */
    static Command query(Subscription.Kind kind, String key, Protocol.Command verb, String... arguments) {
        return new Command(Kind.QUERY, new Subscription(kind, key), arguments(verb, arguments));
    }

    /** A command about a key, for the node that serves it now; a {@link Kind#VALUE} or a {@link Kind#QUERY}. */
    static Command onKey(Kind kind, String key, Protocol.Command verb, String... arguments) {
        return new Command(kind, new Subscription(Subscription.Kind.STREAM, key), arguments(verb, arguments));
    }

    private static CommandArguments arguments(Protocol.Command verb, String... arguments) {
        CommandArguments command = new CommandArguments(verb);
        for (String argument : arguments) {
            command.add(argument);
        }
        return command;
    }

    Kind kind() {
        return kind;
    }

    /** Whether it is a message to other nodes, and counted as one. */
    boolean isMessage() {
        return kind == Kind.MESSAGE || kind == Kind.PROMPT_MESSAGE;
    }

    /** Whether it waits for a while when Redis is unreachable. */
    boolean mayWait() {
        return kind == Kind.MESSAGE || kind == Kind.VALUE;
    }

    /** Whether it goes to the node that serves its destination, even if that is another one now. */
    boolean follows() {
        return isMessage() || destination.kind() == Subscription.Kind.STREAM;
    }

    /** The channel or the stream. */
    Subscription destination() {
        return destination;
    }

    /**
     * The encoded command, which is encoded now if it is not yet; only for the thread that writes it.
     *
     * @throws IllegalArgumentException if the wire format cannot express the message, naming the value
     */
    CommandArguments arguments() {
        CommandArguments arguments = encoded;
        if (arguments == null) {
            arguments = arguments(Objects.requireNonNull(encoding).get(), maxLen);
            encoded = arguments;
        }
        return arguments;
    }

    /** What Redis calls the command, such as PUBLISH; for a command that has been encoded. */
    String verb() {
        return SafeEncoder.encode(arguments().getCommand().getRaw());
    }

    /** About how many bytes it takes. */
    long bytes() {
        return bytes;
    }

    /** When it was created, by {@link System#nanoTime}. */
    long created() {
        return created;
    }

    /** Completes once Redis has executed the command, with a message's offset in its stream, or {@code ""}. */
    CompletableFuture<String> sent() {
        return sent;
    }

    /** Completes with Redis's reply to anything but a message. */
    CompletableFuture<Object> reply() {
        return reply;
    }

    /** Redis has executed the command. */
    void replied(Object received) {
        if (!isMessage()) {
            reply.complete(received);
        }
        sent.complete(isMessage() && received instanceof byte[] id ? new String(id, Protocol.CHARSET) : "");
    }

    /** Redis has refused the command, or may never have received it. */
    void failed(RuntimeException why) {
        if (!isMessage()) {
            reply.completeExceptionally(why);
        }
        sent.completeExceptionally(why);
    }
}
