package io.gangway.benchmarks;

import com.google.gson.reflect.TypeToken;
import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.MessagePackCodec;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.PacketReader;
import io.gangway.protocol.ParserLimits;
import io.gangway.protocol.PlainCodec;
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

    /** The wire formats of clients. */
    public enum Format {
        JSON,
        MESSAGE_PACK,
        /** The messages of plain WebSockets. */
        PLAIN
    }

    @Param({"JSON", "MESSAGE_PACK", "PLAIN"})
    private Format format = Format.JSON;

    /** The length of the text in the message, or of the binary data. */
    @Param({"64", "1024"})
    private int bytes = 64;

    private final JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
    private final TypeToken<Message> type = TypeToken.get(Message.class);
    private final TypeToken<byte[]> bytesType = TypeToken.get(byte[].class);

    private PacketCodec codec = new SocketIoCodec(binding);
    private Frame sent = Frame.of("");
    private Frame sentBinary = sent;
    private @Nullable ReceivedPacket packet;
    private List<?> typed = List.of();
    private List<?> binary = List.of();
    private List<?> relayed = List.of();
    private @Nullable Elements elements;

    @Setup
    public void read() throws MalformedPacketException {
        String filler = "abcdefghijklmnop".repeat(bytes / 16);
        codec = switch (format) {
            case JSON -> new SocketIoCodec(binding);
            case MESSAGE_PACK -> new MessagePackCodec(binding);
            case PLAIN -> new PlainCodec(binding);
        };
        typed = List.of(new Message(123456, filler));
        binary = List.of(new byte[bytes]);
        sent = emission(17, typed).frame(codec);
        sentBinary = emission(17, binary).frame(codec);
        packet = received(sent);
        elements = packet.event();
        relayed = List.of(elements.rest());
    }

    private ReceivedPacket received(Frame frame) throws MalformedPacketException {
        if (frame.isBinary()) {
            return codec.binary(frame.attachments().get(0));
        }
        ReceivedPacket received = codec.text(frame.text());
        for (PacketReader rest = received.rest(); rest != null; rest = received.rest()) {
            received = rest.binary(frame.attachments().get(0));
        }
        return received;
    }

    private Emission emission(long ackId, List<?> arguments) {
        return new Emission("/chat", ackId, "message", binding.writeEvent("message", arguments), Delivery.RELIABLE);
    }

    private Frame written(List<?> arguments) {
        return emission(PacketCodec.NO_ACK, arguments).frame(codec);
    }

    /** The bytes of a packet without attachments; a binary message has them already. */
    private static Object packed(Frame frame) {
        return frame.isBinary() ? frame : frame.utf8();
    }

    /** Reads type, namespace and ack id, as on the I/O thread. */
    @Benchmark
    public ReceivedPacket readHeader() throws MalformedPacketException {
        return received(sent);
    }

    /** Scans the payload strictly and finds the beginning of each argument. */
    @Benchmark
    public @Nullable Elements readArguments() throws MalformedPacketException {
        return packet == null ? null : packet.event();
    }

    /** Binds an argument to a record. */
    @Benchmark
    public @Nullable Message bindRecord() {
        return elements == null ? null : elements.get(1, type);
    }

    /** Reads an event with a record, from the message to the handler. */
    @Benchmark
    public @Nullable Message readRecord() throws MalformedPacketException {
        return received(sent).event().get(1, type);
    }

    /** Reads an event with a {@code byte[]}, from the messages to the handler. */
    @Benchmark
    public byte @Nullable [] readBinary() throws MalformedPacketException {
        return received(sentBinary).event().get(1, bytesType);
    }

    /** Writes an event with a record, in UTF-8. */
    @Benchmark
    public Object writeRecord() {
        return packed(written(typed));
    }

    /** Writes an event with a {@code byte[]}, which becomes an attachment. */
    @Benchmark
    public Frame writeBinary() {
        return written(binary);
    }

    /** Writes an event with received arguments that are not decoded, in UTF-8. */
    @Benchmark
    public Object relayArguments() {
        return packed(written(relayed));
    }
}
