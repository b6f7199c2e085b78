package io.gangway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmissionTest {
    private final JsonBinding binding = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);

    private Emission emission(long ackId, Delivery delivery) {
        return new Emission("/", ackId, "news", binding.writeEvent("news", List.of(1)), delivery);
    }

    /** A codec of its own kind, whose frames have a sign in front. */
    private final class Signed implements PacketCodec {
        private final SocketIoCodec codec = new SocketIoCodec(binding);
        private final AtomicInteger writings = new AtomicInteger();
        private final String sign;

        Signed(String sign) {
            this.sign = sign;
        }

        @Override
        public ReceivedPacket text(String message) throws MalformedPacketException {
            return codec.text(message);
        }

        @Override
        public ReceivedPacket binary(ByteBuffer message) throws MalformedPacketException {
            return codec.binary(message);
        }

        @Override
        public Frame encode(Packet packet) {
            writings.incrementAndGet();
            return Frame.of(sign + codec.encode(packet).text());
        }
    }

    @Test
    void makesOneFrameForEachCodecThatAsks() {
        Emission emission = emission(PacketCodec.NO_ACK, Delivery.RELIABLE);
        List<Signed> codecs = List.of(new Signed("a"), new Signed("b"), new Signed("c"));
        Signed nobodys = new Signed("d");
        for (Signed codec : codecs) {
            Frame frame = emission.frame(codec);
            assertEquals(codec.sign + "2[\"news\",1]", frame.text());
        }
        for (Signed codec : codecs) {
            assertSame(emission.frame(codec), emission.frame(codec));
            assertEquals(codec.sign + "2[\"news\",1]", emission.frame(codec).text());
            assertEquals(1, codec.writings.get());
        }
        assertEquals(0, nobodys.writings.get());
    }

    @Test
    void makesOneFrameForEachCodecThoughManyAskAtOnce() {
        for (int round = 0; round < 200; round++) {
            Emission emission = emission(PacketCodec.NO_ACK, Delivery.RELIABLE);
            List<Signed> codecs = List.of(new Signed("a"), new Signed("b"));
            CountDownLatch start = new CountDownLatch(1);
            List<CompletableFuture<Frame>> frames = IntStream.range(0, 4)
                    .mapToObj(thread -> CompletableFuture.supplyAsync(() -> {
                        try {
                            start.await();
                        } catch (InterruptedException interrupted) {
                            throw new AssertionError(interrupted);
                        }
                        return emission.frame(codecs.get(thread % 2));
                    }))
                    .toList();
            start.countDown();
            for (int thread = 0; thread < frames.size(); thread++) {
                assertSame(
                        emission.frame(codecs.get(thread % 2)),
                        frames.get(thread).join());
            }
            codecs.forEach(codec -> assertEquals(1, codec.writings.get()));
        }
    }

    @Test
    void tellsItsFrameWhetherItMayBeDropped() {
        PacketCodec json = new SocketIoCodec(binding);
        assertSame(
                Delivery.LOSSY,
                emission(PacketCodec.NO_ACK, Delivery.LOSSY).frame(json).delivery());
        assertEquals(
                "price",
                emission(PacketCodec.NO_ACK, Delivery.latestOf("price"))
                        .frame(json)
                        .delivery()
                        .key());
    }

    @Test
    void isNeverDroppedIfItAsksForAnAnswer() {
        PacketCodec json = new SocketIoCodec(binding);
        for (Delivery delivery : List.of(Delivery.LOSSY, Delivery.latestOf("price"))) {
            assertSame(Delivery.RELIABLE, emission(3, delivery).frame(json).delivery());
        }
    }

    @Test
    void isTheOnlyPacketThatMayBeDropped() {
        PacketCodec json = new SocketIoCodec(binding);
        for (Packet packet : List.of(
                new Packet.Connect("/", "id"),
                new Packet.ConnectError("/", "no", null),
                new Packet.Disconnect("/"),
                new Packet.Ack("/", 1, binding.write(List.of())))) {
            assertSame(Delivery.RELIABLE, json.encode(packet).delivery(), packet.toString());
        }
    }

    @Test
    void tellsALogNothingOfItsValues() {
        Emission emission = new Emission(
                "/",
                PacketCodec.NO_ACK,
                "news",
                binding.writeEvent("news", List.of("secret")),
                Delivery.latestOf("price"));
        assertFalse(emission.toString().contains("secret"), emission.toString());
        assertTrue(emission.toString().contains("latest of price"), emission.toString());
    }
}
