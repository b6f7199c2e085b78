package io.gangway.benchmarks;

import com.google.gson.reflect.TypeToken;
import io.gangway.connection.Frame;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Json;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.ParserLimits;
import io.gangway.protocol.SocketIoCodec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures reading and writing a packet, which happens once per event, however many clients receive it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
public class PacketCosts {
    /** A payload as an application would declare it. */
    public record Message(long seq, String text) {}

    /** The length of the text in the message. */
    @Param({"64", "1024"})
    private int bytes = 64;

    private final PacketCodec codec = new SocketIoCodec(Json.standard(), ParserLimits.DEFAULT);
    private final TypeToken<Message> type = TypeToken.get(Message.class);

    private String text = "";
    private PacketCodec.Header header = new PacketCodec.Header(PacketCodec.Type.EVENT, 0, "/", PacketCodec.NO_ACK, 0);
    private Packet typed = new Packet.Disconnect("/");
    private Packet binary = typed;
    private Packet relayed = typed;
    private @Nullable Elements elements;

    @Setup
    public void read() throws MalformedPacketException {
        String filler = "abcdefghijklmnop".repeat(bytes / 16);
        text = "2/chat,17[\"message\",{\"seq\":123456,\"text\":\"" + filler + "\"}]";
        header = codec.header(text);
        elements = codec.event(text, header, List.of());
        typed = event(new Message(123456, filler));
        binary = event(new byte[bytes]);
        relayed = event(elements.rest());
    }

    private static Packet event(Object argument) {
        return new Packet.Event("/chat", PacketCodec.NO_ACK, "message", List.of(argument));
    }

    /** Reads type, namespace and ack id, as on the I/O thread. */
    @Benchmark
    public PacketCodec.Header readHeader() throws MalformedPacketException {
        return codec.header(text);
    }

    /** Scans the JSON strictly and finds the beginning of each argument. */
    @Benchmark
    public Elements readArguments() throws MalformedPacketException {
        return codec.event(text, header, List.of());
    }

    /** Binds an argument to a record. */
    @Benchmark
    public @Nullable Message bindRecord() {
        return elements == null ? null : elements.get(1, type);
    }

    /** Writes an event with a record, in UTF-8. */
    @Benchmark
    public byte[] writeRecord() {
        return codec.encode(typed).utf8();
    }

    /** Writes an event with a {@code byte[]}, which becomes an attachment. */
    @Benchmark
    public Frame writeBinary() {
        return codec.encode(binary);
    }

    /** Writes an event with received arguments that are not decoded, in UTF-8. */
    @Benchmark
    public byte[] relayArguments() {
        return codec.encode(relayed).utf8();
    }
}
