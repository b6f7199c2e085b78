package io.gangway.redis;

import io.gangway.cluster.ClusterUnavailableException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
    private final String key;
    private final Subscription.Kind way;
    private final CommandArguments arguments;
    private final long bytes;
    private final long born = System.nanoTime();
    private final CompletableFuture<String> sent = new CompletableFuture<>();
    private final CompletableFuture<Object> answer = new CompletableFuture<>();

    private Command(Kind kind, Subscription.Kind way, String key, CommandArguments arguments) {
        this.kind = kind;
        this.way = way;
        this.key = key;
        this.arguments = arguments;
        long size = 0;
        for (Rawable argument : arguments) {
            size += argument.getRaw().length;
        }
        this.bytes = size;
    }

    static Command of(Outgoing outgoing, Kind kind, long maxLen) {
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
            return new Command(kind, Subscription.Kind.STREAM, add.stream(), xadd);
        }
        Outgoing.Publish publish = (Outgoing.Publish) outgoing;
        Protocol.Command verb =
                publish.kind() == Subscription.Kind.SHARDED ? Protocol.Command.SPUBLISH : Protocol.Command.PUBLISH;
        return new Command(
                kind,
                publish.kind(),
                publish.channel(),
                new CommandArguments(verb).add(publish.channel()).add(publish.body()));
    }

    /** @param key what the question is about, so that it goes to the node that knows */
    static Command question(Subscription.Kind way, String key, Protocol.Command verb, String... arguments) {
        CommandArguments line = new CommandArguments(verb);
        for (String argument : arguments) {
            line.add(argument);
        }
        return new Command(Kind.QUESTION, way, key, line);
    }

    Kind kind() {
        return kind;
    }

    boolean isMessage() {
        return kind != Kind.QUESTION;
    }

    /** The channel or the stream. */
    String key() {
        return key;
    }

    Subscription.Kind way() {
        return way;
    }

    CommandArguments arguments() {
        return arguments;
    }

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
    void failed(ClusterUnavailableException why) {
        if (isMessage()) {
            sent.completeExceptionally(why);
        } else {
            answer.completeExceptionally(why);
        }
    }
}
