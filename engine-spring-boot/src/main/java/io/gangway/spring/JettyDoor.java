package io.gangway.spring;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * A place round the application's handlers that an engine can take later. Spring Boot makes its Jetty before the
 * application's beans, so at that time there is no engine; and once Jetty has started, the application's handlers must not be
 * moved any more.
 */
final class JettyDoor extends Handler.Wrapper {
    private volatile @Nullable Handler engine;

    /** Surrounds what the server has. */
    static JettyDoor installedIn(Server server) {
        JettyDoor door = new JettyDoor();
        door.setHandler(server.getHandler());
        server.setHandler(door);
        return door;
    }

    /** Starts the handler, which is asked first from now on. */
    void enter(Handler handler) {
        handler.setServer(getServer());
        addManaged(handler);
        engine = handler;
    }

    /** Stops the handler, if there is one, and forgets it. */
    void leave() {
        Handler former = engine;
        if (former != null) {
            engine = null;
            LifeCycle.stop(former);
            removeBean(former);
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Handler first = engine;
        return (first != null && first.handle(request, response, callback))
                || super.handle(request, response, callback);
    }
}
