package io.gangway.interceptors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.clients.WireClient;
import io.gangway.tasks.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock();
    private final List<WireClient> clients = new ArrayList<>();
    private Engine engine;

    @AfterEach
    void close() {
        clients.forEach(WireClient::close);
        if (engine != null) {
            engine.close();
        }
    }

    private void start(EngineBuilder builder) {
        engine = builder.port(0)
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .namespace("/other")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .start();
    }

    private WireClient join(String connect) {
        WireClient client = WireClient.open(engine.port()).send(connect);
        client.expectConnected();
        clients.add(client);
        return client;
    }

    /** Signs in whoever names a user, as an interceptor does that has made sure. */
    private static Interceptor signIn() {
        return new Interceptor() {
            @Override
            public Ack aroundConnect(Socket socket, Chain chain) {
                socket.handshake().auth("user").ifPresent(socket::signIn);
                return chain.proceed();
            }
        };
    }

    private static String refused(int ackId, int millis) {
        return "43" + ackId + "[" + refused(millis) + "]";
    }

    private static String refused(int millis) {
        return "{\"status\":\"error\",\"message\":\"Too many requests\",\"data\":{\"retryAfter\":" + millis + "}}";
    }

    @Test
    void beyondTheBurstTheAckSaysWhenToTryAgain() {
        start(Engine.builder()
                .intercept(RateLimit.perSocket(20, SECOND).clock(clock).burst(2)));
        WireClient client = join("40");
        client.send("421[\"echo\",1]").expect("431[1]");
        client.send("422[\"echo\",2]").expect("432[2]");
        client.send("423[\"echo\",3]").expect(refused(3, 50));
        clock.advance(Duration.ofMillis(49));
        client.send("424[\"echo\",4]").expect(refused(4, 1));
        clock.advance(Duration.ofMillis(1));
        client.send("425[\"echo\",5]").expect("435[5]");
    }

    @Test
    void withoutAnAckTheEventExceptionSaysIt() {
        start(Engine.builder().intercept(RateLimit.perSocket(1, SECOND).clock(clock)));
        join("40").send("42[\"echo\"]").send("42[\"echo\"]").expect("42[\"exception\"," + refused(1000) + "]");
    }

    @Test
    void theBurstIsAsManyAsTheRateUnlessSaid() {
        start(Engine.builder().intercept(RateLimit.perSocket(3, SECOND).clock(clock)));
        WireClient client = join("40");
        for (int i = 0; i < 3; i++) {
            client.send("42" + i + "[\"echo\"]").expect("43" + i + "[]");
        }
        client.send("423[\"echo\"]").expect(refused(3, 334));
    }

    @Test
    void eachSocketHasABucketOfItsOwn() {
        start(Engine.builder().intercept(RateLimit.perSocket(1, SECOND).clock(clock)));
        WireClient one = join("40");
        WireClient two = join("40");
        one.send("421[\"echo\"]").expect("431[]");
        one.send("422[\"echo\"]").expect(refused(2, 1000));
        two.send("421[\"echo\"]").expect("431[]");
        one.joinNamespace("/other");
        one.send("42/other,1[\"echo\"]").expect("43/other,1[]");
    }

    @Test
    void eachLimitOnTheWayCountsForItself() {
        RateLimit inner = RateLimit.perSocket(1, SECOND).clock(clock);
        engine = Engine.builder()
                .port(0)
                .intercept(RateLimit.perSocket(3, SECOND).clock(clock))
                .namespace("/")
                .on("limited", (socket, arguments) -> Ack.of("yes"), inner)
                .on("limited too", (socket, arguments) -> Ack.of("yes"), inner)
                .on("free", (socket, arguments) -> Ack.of("yes"))
                .start();
        WireClient client = join("40");
        client.send("421[\"limited\"]").expect("431[\"yes\"]");
        client.send("422[\"limited too\"]").expect(refused(2, 1000));
        client.send("423[\"free\"]").expect("433[\"yes\"]");
        client.send("424[\"free\"]").expect(refused(4, 334));
    }

    @Test
    void allDevicesOfAUserShareOneBucket() {
        start(Engine.builder()
                .intercept(signIn())
                .intercept(RateLimit.perUser(2, SECOND).clock(clock)));
        WireClient phone = join("40{\"user\":\"anna\"}");
        WireClient laptop = join("40{\"user\":\"anna\"}");
        WireClient ben = join("40{\"user\":\"ben\"}");
        phone.send("421[\"echo\"]").expect("431[]");
        laptop.send("421[\"echo\"]").expect("431[]");
        phone.send("422[\"echo\"]").expect(refused(2, 500));
        laptop.send("422[\"echo\"]").expect(refused(2, 500));
        ben.send("421[\"echo\"]").expect("431[]");
    }

    @Test
    void comingAgainFillsNoUsersBucket() {
        start(Engine.builder()
                .intercept(signIn())
                .intercept(RateLimit.perUser(1, SECOND).clock(clock)));
        WireClient client = join("40{\"user\":\"anna\"}");
        client.send("421[\"echo\"]").expect("431[]");
        client.send("41").send("40{\"user\":\"anna\"}").expectConnected();
        client.send("422[\"echo\"]").expect(refused(2, 1000));
    }

    @Test
    void whoIsNotSignedInIsCountedBySocket() {
        start(Engine.builder()
                .intercept(signIn())
                .intercept(RateLimit.perUser(1, SECOND).clock(clock)));
        WireClient one = join("40");
        WireClient two = join("40");
        one.send("421[\"echo\"]").expect("431[]");
        one.send("422[\"echo\"]").expect(refused(2, 1000));
        two.send("421[\"echo\"]").expect("431[]");
    }

    @Test
    void bucketsOfUsersWhoRestVanish() {
        UserBuckets buckets = new UserBuckets(TokenBucket.Rate.of(10, SECOND, 10), clock.getAsLong());
        for (int user = 0; user < 10_000; user++) {
            assertEquals(0, buckets.take("user" + user, clock.getAsLong()));
        }
        assertEquals(10_000, buckets.size());
        clock.advance(SECOND);
        assertEquals(0, buckets.take("active", clock.getAsLong()));
        assertEquals(1, buckets.size());
    }

    @Test
    void aBucketThatIsNotFullIsKept() {
        UserBuckets buckets = new UserBuckets(TokenBucket.Rate.of(1, SECOND, 2), clock.getAsLong());
        clock.advance(Duration.ofMillis(1_500));
        assertEquals(0, buckets.take("anna", clock.getAsLong()));
        assertEquals(0, buckets.take("anna", clock.getAsLong()));
        clock.advance(Duration.ofMillis(500)); // the time to sweep
        assertEquals(0, buckets.take("ben", clock.getAsLong()));
        assertEquals(Duration.ofMillis(500).toNanos(), buckets.take("anna", clock.getAsLong()));
    }

    @Test
    void usersAreCountedRightWhileBucketsAreSweptAway() throws Exception {
        // One token a second, and the clock stands still: however often buckets come and go, there is one to take.
        int threads = 4;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 200; round++) {
                UserBuckets buckets = new UserBuckets(TokenBucket.Rate.of(1, SECOND, 1), clock.getAsLong());
                assertEquals(0, buckets.take("anna", clock.getAsLong()));
                clock.advance(Duration.ofSeconds(5)); // full again, and to be swept by whoever comes first
                long now = clock.getAsLong();
                CountDownLatch together = new CountDownLatch(threads);
                List<CompletableFuture<Long>> waits = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    waits.add(CompletableFuture.supplyAsync(
                            () -> {
                                together.countDown();
                                awaitUninterruptibly(together);
                                return buckets.take("anna", now);
                            },
                            executor));
                }
                long taken = 0;
                for (CompletableFuture<Long> wait : waits) {
                    taken += wait.get() == 0 ? 1 : 0;
                }
                assertEquals(1, taken);
            }
        } finally {
            executor.shutdown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void aLimitThatCannotBeIsRefusedAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> RateLimit.perSocket(0, SECOND));
        assertThrows(IllegalArgumentException.class, () -> RateLimit.perUser(1, Duration.ZERO));
        assertThrows(
                IllegalArgumentException.class,
                () -> RateLimit.perSocket(1, SECOND).burst(0));
    }
}
