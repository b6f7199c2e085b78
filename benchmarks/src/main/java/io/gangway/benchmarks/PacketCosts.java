package io.gangway.benchmarks;

import com.google.gson.reflect.TypeToken;
import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.ParserLimits;
import io.gangway.protocol.ReceivedPacket;
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

    private final JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
    private final PacketCodec codec = new SocketIoCodec(binding);
    private final TypeToken<Message> type = TypeToken.get(Message.class);

    private String text = "";
    private @Nullable ReceivedPacket packet;
    private List<?> typed = List.of();
    private List<?> binary = List.of();
    private List<?> relayed = List.of();
    private @Nullable Elements elements;

    @Setup
    public void read() throws MalformedPacketException {
        String filler = "abcdefghijklmnop".repeat(bytes / 16);
        text = "2/chat,17[\"message\",{\"seq\":123456,\"text\":\"" + filler + "\"}]";
        packet = codec.text(text);
        elements = packet.event();
        typed = List.of(new Message(123456, filler));
        binary = List.of(new byte[bytes]);
        relayed = List.of(elements.rest());
    }

    private Frame written(List<?> arguments) {
        return new Emission(
                        "/chat",
                        PacketCodec.NO_ACK,
                        "message",
                        binding.writeEvent("message", arguments),
                        Delivery.RELIABLE)
                .frame(codec);
    }

    /** Reads type, namespace and ack id, as on the I/O thread. */
    @Benchmark
    public ReceivedPacket readHeader() throws MalformedPacketException {
        return codec.text(text);
    }

    /** Scans the JSON strictly and finds the beginning of each argument. */
    @Benchmark
    public @Nullable Elements readArguments() throws MalformedPacketException {
        return packet == null ? null : packet.event();
    }

    /** Binds an argument to a record. */
    @Benchmark
    public @Nullable Message bindRecord() {
        return elements == null ? null : elements.get(1, type);
    }

    /** Writes an event with a record, in UTF-8. */
    @Benchmark
    public byte[] writeRecord() {
        return written(typed).utf8();
    }

    /** Writes an event with a {@code byte[]}, which becomes an attachment. */
    @Benchmark
    public Frame writeBinary() {
        return written(binary);
    }

    /** Writes an event with received arguments that are not decoded, in UTF-8. */
    @Benchmark
    public byte[] relayArguments() {
        return written(relayed).utf8();
    }
}
