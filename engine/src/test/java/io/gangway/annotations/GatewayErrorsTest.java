package io.gangway.annotations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.Gateway;
import io.gangway.Interceptor;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What annotations say and cannot be done is refused when the engine is built, with the class and the method. */
class GatewayErrorsTest {
    private static final String HERE = GatewayErrorsTest.class.getName() + "$";

    private static void refused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    private static void assertStartsWith(String beginning, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.startsWith(beginning), message);
    }

    private static void refused(String message, Object annotated) {
        refused(message, () -> Gateways.of(annotated));
    }

    // ---- parameters

    record Item(String name) {}

    @Test
    void twoPayloadsAreRefused() {
        refused(
                HERE
                        + "1.on(Item, Socket, List) has two parameters for the payload, Item and java.util.List<java.lang.String>:"
                        + " one is the event's first argument; Arguments has them all, arguments.get(1, ..) the second",
                new Object() {
                    @OnEvent("x")
                    void on(Item item, Socket socket, List<String> more) {}
                });
    }

    @Test
    void parametersThatAreNotGivenAreRefused() {
        refused(
                HERE
                        + "2.on(Ack) has a parameter of type Ack, which an @OnEvent method is not given: return the answer",
                new Object() {
                    @OnEvent("x")
                    void on(Ack ack) {}
                });
        refused(
                HERE
                        + "3.on(DisconnectReason) has a parameter of type DisconnectReason, which an @OnEvent method is not"
                        + " given: it comes with @OnDisconnect",
                new Object() {
                    @OnEvent("x")
                    void on(DisconnectReason reason) {}
                });
        refused(
                HERE + "4.on(Item) has a parameter of type Item, which an @OnConnect method is not given: it gets"
                        + " Namespace, Socket",
                new Object() {
                    @OnConnect
                    void on(Item item) {}
                });
        refused(
                HERE
                        + "5.on(DisconnectReason) has a parameter of type DisconnectReason, which an @OnConnect method is not"
                        + " given: it comes with @OnDisconnect",
                new Object() {
                    @OnConnect
                    void on(DisconnectReason reason) {}
                });
        refused(
                HERE
                        + "6.on(String) has a parameter of type String, which an @OnDisconnect method is not given: it gets"
                        + " DisconnectReason, Namespace, Socket",
                new Object() {
                    @OnDisconnect
                    void on(String reason) {}
                });
    }

    static class Of<T> {
        @OnEvent("x")
        void on(List<T> items) {}
    }

    @Test
    void aPayloadOfUnknownTypeIsRefused() {
        refused(
                HERE + "Of.on(List) has a payload of type java.util.List<T>, and " + HERE + "Of does not say what T is:"
                        + " name a type in its place",
                new Of<String>());
    }

    // ---- results

    @Test
    void resultsThatNobodyWaitsForAreRefused() {
        refused(
                HERE
                        + "7.on() returns a Future, whose value nobody waits for: return a CompletionStage, the value, or an"
                        + " Ack",
                new Object() {
                    @OnEvent("x")
                    Future<String> on() {
                        throw new AssertionError();
                    }
                });
        refused(
                HERE
                        + "8.on() returns a value that nobody gets: make it void; an interceptor's aroundConnect decides who"
                        + " may come in",
                new Object() {
                    @OnConnect
                    boolean on() {
                        return false;
                    }
                });
    }

    // ---- methods

    static class WithStatic {
        @OnEvent("x")
        static void on() {}
    }

    @Test
    void aStaticMethodIsRefused() {
        refused(
                HERE + "WithStatic.on() is static: it is called on the object, so leave \"static\" out",
                new WithStatic());
    }

    static class Twice {
        @OnEvent("x")
        void a() {}

        @OnEvent("x")
        void b(String text) {}
    }

    @Test
    void twoMethodsForOneEventAreRefused() {
        refused(
                HERE + "Twice.a() and " + HERE + "Twice.b(String) both have @OnEvent(\"x\"): only one can answer",
                new Twice());
    }

    static class Once {
        @OnEvent("message")
        void on() {}
    }

    static class Reserved {
        @OnEvent("connect")
        void on() {}
    }

    @Test
    void whatTheNamespaceRefusesNamesTheMethod() {
        assertStartsWith(
                HERE + "Once.on(): event \"message\" of namespace /chat has a handler already",
                () -> Engine.builder()
                        .namespace("/chat", Gateways.of(new Once()))
                        .namespace("/chat", Gateways.of(new Once())));
        assertStartsWith(
                HERE + "Reserved.on(): \"connect\" is reserved by Socket.IO",
                () -> Engine.builder().namespace("/chat", Gateways.of(new Reserved())));
    }

    @Test
    void whatHandlesNothingIsRefused() {
        refused(
                "java.lang.String has no method with @OnEvent, @OnConnect or @OnDisconnect: it would handle nothing",
                "text");
        refused(HERE + "Once is a class: give an object of it", Once.class);
        refused(
                HERE + "Already is a Gateway: give it to namespace(..) itself, or leave \"implements Gateway\" out",
                new Already());
    }

    static class Already implements Gateway {
        @Override
        public void configure(NamespaceBuilder namespace) {}
    }

    // ---- proxies

    static class Hidden {
        @OnEvent("x")
        private void on() {}
    }

    static class Hidden$$Proxy extends Hidden {}

    @Test
    void aMethodThatNoProxyPassesOnIsRefused() {
        refused(
                HERE
                        + "Hidden.on() is private or final, and the object is a proxy, which cannot pass the call on to the"
                        + " object behind it: make the method neither",
                new Hidden$$Proxy());
    }

    interface Plain {}

    interface Annotated {
        @OnEvent("x")
        String on(String text);
    }

    private static Object proxyOf(Class<?> type) {
        return Proxy.newProxyInstance(
                GatewayErrorsTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> "");
    }

    @Test
    void aProxyOfInterfacesNeedsTheAnnotationsThere() {
        Object plain = proxyOf(Plain.class);
        refused(
                plain.getClass().getName()
                        + " has no method with @OnEvent, @OnConnect or @OnDisconnect: it is a proxy of"
                        + " interfaces, so that one of those has to have the annotations; or have the class itself proxied",
                plain);
        assertTrue(Gateways.of(proxyOf(Annotated.class)).toString().startsWith("Gateways.of("));
    }

    // ---- interceptors

    static class NeedsText implements Interceptor {
        NeedsText(String text) {}
    }

    class Inner implements Interceptor {}

    static class Throwing implements Interceptor {
        Throwing() {
            throw new IllegalStateException("no database");
        }
    }

    @Intercept(NeedsText.class)
    static class WithNeedsText extends Once {}

    static class WithInner {
        @OnEvent("x")
        @Intercept(Inner.class)
        void on() {}
    }

    @Intercept(Throwing.class)
    static class WithThrowing extends Once {}

    @Intercept(Interceptor.class)
    static class WithAbstract extends Once {}

    @Test
    void anInterceptorThatCannotBeMadeIsRefused() {
        refused(
                HERE + "WithNeedsText: @Intercept names " + HERE
                        + "NeedsText, which has no constructor without parameters:"
                        + " give it one, or call Gateways.of(object, type -> ..) with what makes it",
                new WithNeedsText());
        refused(
                HERE + "WithInner.on(): @Intercept names " + HERE
                        + "Inner, which has no constructor without parameters,"
                        + " since it is an inner class: make it static, or call Gateways.of(object, type -> ..) with what"
                        + " makes it",
                new WithInner());
        refused(
                HERE + "WithThrowing: the constructor of " + HERE + "Throwing, which @Intercept names, has thrown"
                        + " java.lang.IllegalStateException: no database",
                new WithThrowing());
        refused(
                HERE + "WithAbstract: @Intercept names io.gangway.Interceptor, which is abstract: name a class, or call"
                        + " Gateways.of(object, type -> ..) with what makes it",
                new WithAbstract());
        refused(
                HERE + "WithNeedsText: no " + HERE
                        + "NeedsText for its @Intercept: the function given to Gateways.of(..) has" + " returned null",
                () -> Gateways.of(new WithNeedsText(), type -> null));
    }

    static class OnNothing extends Once {
        @Intercept(Throwing.class)
        @OnConnect
        void connected() {}
    }

    @Test
    void interceptorsOfNoEventAreRefused() {
        refused(
                HERE
                        + "OnNothing.connected() has @Intercept without @OnEvent: interceptors surround one event, or stand on"
                        + " the class, where they surround connects and disconnects too",
                new OnNothing());
    }

    // ---- namespaces

    @GangwayNamespace("/a")
    interface InA {}

    @GangwayNamespace("/b")
    interface InB {}

    static class InBoth extends Once implements InA, InB {}

    @Test
    void aNamespaceThatNobodyNamesIsRefused() {
        refused(
                HERE + "Once has no @GangwayNamespace: give it one, such as @GangwayNamespace(\"/chat\"), or name the"
                        + " namespace: builder.namespace(\"/chat\", Gateways.of(object))",
                () -> Gateways.add(Engine.builder(), new Once()));
        refused(
                HERE + "InBoth has interfaces whose @GangwayNamespace differ, [/a, /b]: give the class itself one",
                () -> Gateways.add(Engine.builder(), new InBoth()));
    }

    // ---- modules

    @Test
    void aModuleThatIsNotOpenIsToldWhatToOpen(@TempDir Path folder) throws Exception {
        Path source = Files.createDirectories(folder.resolve("source/closed"));
        Files.writeString(folder.resolve("source/module-info.java"), "module closed { exports closed; }");
        Files.writeString(
                source.resolve("Chat.java"),
                "package closed; public class Chat { @io.gangway.annotations.OnEvent(\"x\") void on() {} }");
        Path classes = folder.resolve("classes");
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-cp",
                        Path.of(OnEvent.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString(),
                        "--add-reads",
                        "closed=ALL-UNNAMED",
                        "-d",
                        classes.toString(),
                        folder.resolve("source/module-info.java").toString(),
                        source.resolve("Chat.java").toString());
        assertEquals(0, exit);
        ModuleLayer.Controller layer = ModuleLayer.defineModulesWithOneLoader(
                ModuleLayer.boot()
                        .configuration()
                        .resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("closed")),
                List.of(ModuleLayer.boot()),
                getClass().getClassLoader());
        Object chat = layer.layer()
                .findLoader("closed")
                .loadClass("closed.Chat")
                .getConstructor()
                .newInstance();
        assertStartsWith(
                "closed.Chat.on(): it cannot be called: module closed does not open package closed: declare \"opens closed",
                () -> Gateways.of(chat));
    }
}
