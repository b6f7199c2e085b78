package io.gangway.redis;

import io.gangway.cluster.ClusterMessage;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.args.Rawable;

/** A command on its way to Redis, and what becomes of it. */
final class Command {
    enum Kind {
        /** A message to other nodes, which may wait for a while if there is no connection. */
        MESSAGE,
        /** A message to other nodes that makes sense now or never. */
        PROMPT_MESSAGE,
        /** Something that is asked of Redis itself, now or never. */
        QUESTION
    }

    private final Kind kind;
    private final Subscription destination;
    private final Writing writing;
    private final long bytes;
    private final long born = System.nanoTime();
    private final CompletableFuture<String> sent = new CompletableFuture<>();
    private final CompletableFuture<Object> answer = new CompletableFuture<>();
    private @Nullable CommandArguments written;

    private interface Writing {
        CommandArguments write();
    }

    private Command(Kind kind, Subscription destination, long bytes, Writing writing) {
        this.kind = kind;
        this.destination = destination;
        this.bytes = bytes;
        this.writing = writing;
    }

    /**
     * Something that is not written before its turn has come: to write it is the greatest part of the work, and who sends it
     * does not wait for that.
     *
     * @param bytes about how many it takes until then
     */
    static Command of(WireFormat format, ClusterMessage message, long bytes, Kind kind, long maxLen) {
        return new Command(kind, format.destination(message), bytes, () -> arguments(format.publish(message), maxLen));
    }

    /** Something that is written already. */
    static Command of(Outgoing outgoing, Kind kind, long maxLen) {
        return new Command(kind, outgoing.destination(), arguments(outgoing, maxLen));
    }

    private Command(Kind kind, Subscription destination, CommandArguments written) {
        this(kind, destination, size(written), () -> written);
    }

    private static long size(CommandArguments arguments) {
        long size = 0;
        for (Rawable argument : arguments) {
            size += argument.getRaw().length;
        }
        return size;
    }

    private static CommandArguments arguments(Outgoing outgoing, long maxLen) {
        if (outgoing instanceof Outgoing.Add add) {
            CommandArguments xadd = new CommandArguments(Protocol.Command.XADD)
                    .add(add.stream())
                    .add("MAXLEN")
                    .add("~")
                    .add(maxLen)
                    .add("*");
            for (Map.Entry<String, byte[]> field : add.fields().entrySet()) {
                xadd.add(field.getKey()).add(field.getValue());
            }
            return xadd;
        }
        Outgoing.Publish publish = (Outgoing.Publish) outgoing;
        Protocol.Command verb =
                publish.kind() == Subscription.Kind.SHARDED ? Protocol.Command.SPUBLISH : Protocol.Command.PUBLISH;
        return new CommandArguments(verb).add(publish.channel()).add(publish.body());
    }

    /** @param key what the question is about, so that it goes to the node that knows */
    static Command question(Subscription.Kind way, String key, Protocol.Command verb, String... arguments) {
        CommandArguments line = new CommandArguments(verb);
        for (String argument : arguments) {
            line.add(argument);
        }
        return new Command(Kind.QUESTION, new Subscription(way, key), line);
    }

    Kind kind() {
        return kind;
    }

    boolean isMessage() {
        return kind != Kind.QUESTION;
    }

    /** The channel or the stream. */
    Subscription destination() {
        return destination;
    }

    /**
     * Writes it, if it is not written yet; for the one thread that sends it.
     *
     * @throws IllegalArgumentException if it says something that cannot be written, naming it
     */
    CommandArguments arguments() {
        CommandArguments arguments = written;
        if (arguments == null) {
            arguments = writing.write();
            written = arguments;
        }
        return arguments;
    }

    /** About how many it takes. */
    long bytes() {
        return bytes;
    }

    /** When it was made, by {@link System#nanoTime}. */
    long born() {
        return born;
    }

    /** Completes with a message's offset in its stream, or {@code ""}. */
    CompletableFuture<String> sent() {
        return sent;
    }

    /** Completes with what Redis says to a question. */
    CompletableFuture<Object> answer() {
        return answer;
    }

    /** Redis says this to it. */
    void answered(Object reply) {
        if (isMessage()) {
            sent.complete(reply instanceof byte[] id ? new String(id, Protocol.CHARSET) : "");
        } else {
            answer.complete(reply);
        }
    }

    /** It is not known to have had any effect. */
    void failed(RuntimeException why) {
        if (isMessage()) {
            sent.completeExceptionally(why);
        } else {
            answer.completeExceptionally(why);
        }
    }
}
