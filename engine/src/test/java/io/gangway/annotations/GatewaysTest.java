package io.gangway.annotations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.EngineException;
import io.gangway.Event;
import io.gangway.Interceptor;
import io.gangway.Namespace;
import io.gangway.Socket;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Annotated methods are called as handlers are: with what they ask for, and their result is the answer. */
class GatewaysTest {
    private @Nullable Engine engine;
    private @Nullable WireClient client;

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        if (engine != null) {
            engine.close();
        }
    }

    /** A client in {@code /}, where the object is the Gateway. */
    private WireClient with(Object annotated) {
        return joined(Engine.builder().namespace("/", Gateways.of(annotated)));
    }

    private WireClient joined(EngineBuilder builder) {
        engine = builder.port(0).start();
        client = WireClient.join(engine.port());
        return client;
    }

    record Item(String name, int count) {}

    // ---- parameters

    static class Parameters {
        final Queue<String> noted = new ConcurrentLinkedQueue<>();

        @OnConnect
        void connected(Namespace namespace, Socket socket) {
            noted.add("connected to " + namespace.name() + ", " + (socket.namespace() == namespace));
        }

        @OnDisconnect
        void gone(DisconnectReason reason, Socket socket, Namespace namespace) {
            noted.add("gone: " + reason + ", " + (socket.namespace() == namespace));
        }

        @OnEvent("all")
        String all(Event event, Item item, Namespace namespace, Arguments arguments, Socket socket) {
            return String.join(
                    " ",
                    event.name(),
                    "" + event.wantsAck(),
                    item.name(),
                    namespace.name(),
                    arguments.get(1, String.class),
                    "" + (socket == event.socket()));
        }

        @OnEvent("none")
        String none() {
            return "called";
        }

        @OnEvent("list")
        int list(List<Item> items, Socket socket) {
            return items.stream().mapToInt(Item::count).sum();
        }

        @OnEvent("map")
        int map(Socket socket, Map<String, List<Item>> items) {
            return items.get("a").get(0).count();
        }

        @OnEvent("number")
        long number(int number) {
            return number + 1L;
        }

        @OnEvent("bytes")
        int bytes(byte[] bytes) {
            return bytes.length;
        }

        @OnEvent("many")
        int many(Item... items) {
            return items.length;
        }

        @OnEvent("raw")
        int raw(Arguments arguments) {
            return arguments.size();
        }
    }

    @Test
    void parametersAreGivenInAnyOrder() {
        Parameters parameters = new Parameters();
        WireClient client = with(parameters);
        client.send("421[\"all\",{\"name\":\"x\",\"count\":1},\"second\"]").expect("431[\"all true x / second true\"]");
        client.send("422[\"none\",1,2]").expect("432[\"called\"]");
        client.send("423[\"list\",[{\"name\":\"x\",\"count\":1},{\"name\":\"y\",\"count\":4}]]")
                .expect("433[5]");
        client.send("424[\"map\",{\"a\":[{\"name\":\"x\",\"count\":7}]}]").expect("434[7]");
        client.send("425[\"number\",41]").expect("435[42]");
        client.send("426[\"many\",[{\"name\":\"x\",\"count\":1}]]").expect("436[1]");
        client.send("427[\"raw\",1,2,3]").expect("437[3]");
        client.send("428[\"number\"]")
                .expect("438[{\"status\":\"error\",\"message\":\"number expects a number, got nothing\"}]");
        client.send("41");
        Eventually.holds("the socket left", () -> parameters.noted.size() == 2);
        assertEquals(
                List.of("connected to /, true", "gone: client namespace disconnect, true"),
                List.copyOf(parameters.noted));
    }

    // ---- results

    static class Results {
        @OnEvent("void")
        void nothing() {}

        @OnEvent("null")
        @Nullable
        String none() {
            return null;
        }

        @OnEvent("null ack")
        @Nullable
        Ack noAck() {
            return null;
        }

        @OnEvent("value")
        Map<String, Object> value() {
            return new HashMap<>(Map.of("success", true));
        }

        @OnEvent("array")
        String[] array() {
            return new String[] {"a", "b"};
        }

        @OnEvent("ack")
        Ack ack() {
            return Ack.of(1, 2);
        }

        @OnEvent("stage")
        CompletionStage<String> stage() {
            return CompletableFuture.supplyAsync(() -> "late");
        }

        @OnEvent("stage of an ack")
        CompletableFuture<Ack> stageOfAnAck() {
            return CompletableFuture.completedFuture(Ack.of(3, 4));
        }

        @OnEvent("either")
        Object either(String which) {
            return which.equals("ack") ? Ack.of(5, 6) : CompletableFuture.completedFuture(7);
        }

        @OnEvent("unanswered")
        Ack unanswered() {
            return Ack.unanswered();
        }
    }

    @Test
    void whatIsReturnedIsTheAnswer() {
        WireClient client = with(new Results());
        client.send("421[\"void\"]").expect("431[]");
        client.send("422[\"null\"]").expect("432[]");
        client.send("423[\"null ack\"]").expect("433[]");
        client.send("424[\"value\"]").expect("434[{\"success\":true}]");
        client.send("425[\"array\"]").expect("435[[\"a\",\"b\"]]");
        client.send("426[\"ack\"]").expect("436[1,2]");
        client.send("427[\"stage\"]").expect("437[\"late\"]");
        client.send("428[\"stage of an ack\"]").expect("438[3,4]");
        client.send("429[\"either\",\"ack\"]").expect("439[5,6]");
        client.send("4210[\"either\",\"stage\"]").expect("4310[7]");
        client.send("4211[\"unanswered\"]");
        client.send("4212[\"void\"]").expect("4312[]");
    }

    // ---- failures

    static class Failing {
        final Queue<Throwable> seen = new ConcurrentLinkedQueue<>();

        @OnEvent("told")
        void told() {
            throw new EngineException("Message text is required");
        }

        @OnEvent("checked")
        String checked() throws IOException {
            throw new IOException("the disk is full");
        }

        @OnEvent("error")
        void error() {
            throw new AssertionError("an error");
        }

        @OnEvent("late")
        CompletionStage<String> late() {
            return CompletableFuture.failedFuture(new EngineException("too late"));
        }
    }

    /** An interceptor that sees the failures themselves, not wrapped. */
    @Test
    void whatAMethodThrowsArrivesAsItIs() {
        Failing failing = new Failing();
        WireClient client = joined(Engine.builder()
                .intercept(Interceptor.onError(Throwable.class, (failure, socket) -> {
                    failing.seen.add(failure);
                    return Ack.failed(
                            failure instanceof EngineException ? failure : new EngineException(failure.getMessage()));
                }))
                .namespace("/", Gateways.of(failing)));
        client.send("421[\"told\"]").expect("431[{\"status\":\"error\",\"message\":\"Message text is required\"}]");
        client.send("422[\"checked\"]").expect("432[{\"status\":\"error\",\"message\":\"the disk is full\"}]");
        client.send("423[\"error\"]").expect("433[{\"status\":\"error\",\"message\":\"an error\"}]");
        client.send("424[\"late\"]").expect("434[{\"status\":\"error\",\"message\":\"too late\"}]");
        assertEquals(
                List.of(EngineException.class, IOException.class, AssertionError.class, EngineException.class),
                failing.seen.stream().map(Object::getClass).toList());
    }

    // ---- interceptors

    /** Notes on its way in. */
    static class Noting implements Interceptor {
        static final Queue<String> NOTED = new ConcurrentLinkedQueue<>();

        @Override
        public Ack aroundConnect(Socket socket, Chain chain) {
            NOTED.add(getClass().getSimpleName() + " connect");
            return chain.proceed();
        }

        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            NOTED.add(getClass().getSimpleName() + " " + event.name());
            return chain.proceed();
        }
    }

    static final class First extends Noting {}

    static final class Second extends Noting {}

    static final class Third extends Noting {}

    private static final class OfSuperclass extends Noting {
        private OfSuperclass() {}
    }

    @Intercept(OfSuperclass.class)
    abstract static class Guarded {
        @OnEvent("inherited")
        @Intercept(Third.class)
        void inherited() {}
    }

    @Intercept({First.class, Second.class})
    static class MoreGuarded extends Guarded {
        @OnEvent("own")
        @Intercept({Third.class, First.class})
        void own() {}

        @Override
        void inherited() {}

        @OnEvent("plain")
        void plain() {}
    }

    @Test
    void interceptorsSurroundFromTheSuperclassToTheMethod() {
        Noting.NOTED.clear();
        WireClient client = with(new MoreGuarded());
        client.send("421[\"own\"]").expect("431[]");
        client.send("422[\"plain\"]").expect("432[]");
        client.send("423[\"inherited\"]").expect("433[]");
        assertEquals(
                List.of(
                        "OfSuperclass connect",
                        "First connect",
                        "Second connect",
                        "OfSuperclass own",
                        "First own",
                        "Second own",
                        "Third own",
                        "First own",
                        "OfSuperclass plain",
                        "First plain",
                        "Second plain",
                        "OfSuperclass inherited",
                        "First inherited",
                        "Second inherited",
                        "Third inherited"),
                List.copyOf(Noting.NOTED));
    }

    /** Knows something that no constructor without parameters does. */
    record Named(String name) implements Interceptor {
        @Override
        public Ack aroundEvent(Event event, Chain chain) {
            return chain.proceed().then(ack -> Ack.of(name));
        }
    }

    @Intercept(Named.class)
    static class Answered {
        @OnEvent("ask")
        @Intercept(Named.class)
        void ask() {}
    }

    @Test
    void interceptorsAreWhatTheFunctionGives() {
        Queue<Class<?>> asked = new ConcurrentLinkedQueue<>();
        WireClient client = joined(Engine.builder().namespace("/", Gateways.of(new Answered(), type -> {
            asked.add(type);
            return new Named("a bean");
        })));
        client.send("421[\"ask\"]").expect("431[\"a bean\"]");
        assertEquals(List.of(Named.class), List.copyOf(asked));
    }

    // ---- inheritance

    interface Described {
        @OnEvent("default")
        default String byDefault() {
            return "of the interface";
        }

        @OnEvent("implemented")
        String implemented(Item item);
    }

    abstract static class Items<T> {
        @OnEvent("items")
        int items(List<T> items) {
            return items.size();
        }

        @OnEvent("item")
        String item(T item) {
            return "not overridden";
        }

        @OnEvent("repeated")
        String repeated(T item) {
            return "not overridden";
        }

        @OnEvent("private")
        private String hidden(T item) {
            return item.getClass().getSimpleName();
        }

        @OnConnect
        void connected(Socket socket) {
            socket.attach("connected", true);
        }

        String shared() {
            return "superclass";
        }
    }

    static class ItemsOfItem extends Items<Item> implements Described {
        @Override
        String item(Item item) {
            return "overridden, " + item.name();
        }

        @Override
        public String implemented(Item item) {
            return "implemented, " + item.name();
        }

        @Override
        @OnEvent("repeated")
        String repeated(Item item) {
            return "repeated, " + item.name();
        }

        @OnEvent("connected")
        boolean isConnected(Socket socket) {
            return socket.findAttached("connected", Boolean.class).orElse(false);
        }

        @Override
        @OnEvent("shared")
        String shared() {
            return "subclass";
        }
    }

    @Test
    void methodsOfSuperclassesAndInterfacesCountOnce() {
        WireClient client = with(new ItemsOfItem());
        String item = "{\"name\":\"x\",\"count\":1}";
        client.send("421[\"default\"]").expect("431[\"of the interface\"]");
        client.send("422[\"implemented\"," + item + "]").expect("432[\"implemented, x\"]");
        client.send("423[\"items\",[" + item + "]]").expect("433[1]");
        client.send("424[\"item\"," + item + "]").expect("434[\"overridden, x\"]");
        client.send("425[\"private\"," + item + "]").expect("435[\"Item\"]");
        client.send("426[\"connected\"]").expect("436[true]");
        client.send("427[\"shared\"]").expect("437[\"subclass\"]");
        client.send("428[\"repeated\"," + item + "]").expect("438[\"repeated, x\"]");
    }

    @Test
    void aProxyHasTheAnnotationsOfItsSuperclass() {
        with(new Proxied$$Proxy()).send("421[\"item\",{\"name\":\"x\"}]").expect("431[\"x, by a proxy\"]");
    }

    static class Proxied {
        @OnEvent("item")
        String item(Item item) {
            return item.name();
        }
    }

    /** As CGLIB and its kin name and shape them: a subclass without annotations. */
    static class Proxied$$Proxy extends Proxied {
        @Override
        String item(Item item) {
            return super.item(item) + ", by a proxy";
        }
    }

    // ---- namespaces

    @GangwayNamespace("/chat")
    static class Chat {
        @OnEvent("hello")
        String hello() {
            return "chat";
        }
    }

    static class MoreOfChat extends Chat {
        @Override
        String hello() {
            return "more of chat";
        }
    }

    @GangwayNamespace
    static class Root {
        @OnEvent("hello")
        String hello() {
            return "root";
        }
    }

    @Test
    void eachObjectGoesWhereItsClassSays() {
        WireClient client = joined(Gateways.add(Engine.builder(), new Root(), new MoreOfChat()));
        client.send("421[\"hello\"]").expect("431[\"root\"]");
        client.joinNamespace("/chat");
        client.send("42/chat,1[\"hello\"]").expect("43/chat,1[\"more of chat\"]");
        assertEquals("/chat", Gateways.namespaceOf(MoreOfChat.class));
        assertEquals("/", Gateways.namespaceOf(Root.class));
    }

    @Test
    void oneObjectServesSeveralNamespaces() {
        Object chat = new Chat();
        try (Engine engine = Engine.builder()
                .namespace("/a", Gateways.of(chat))
                .namespace("/b", Gateways.of(chat))
                .build()) {
            assertEquals(3, engine.namespaces().size());
            assertTrue(Gateways.of(chat).toString().contains("Chat"));
        }
    }
}
