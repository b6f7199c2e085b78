package io.gangway.spring;

import io.gangway.Engine;
import io.gangway.EngineBuilder;

/** Where the engine of an application is: in its web server, on a port of its own, or nowhere. */
interface Place {
    /** Chooses what concerns this place alone. */
    default void prepare(EngineBuilder builder) {}

    /** Whether clients can come, so that other nodes are worth joining. */
    default boolean isReachable() {
        return true;
    }

    /** Takes the engine in; clients may not come yet. */
    void mount(Engine engine);

    /** Lets clients in. */
    void open(Engine engine);

    /** Gives the engine back, when no client can come any more; it is closed next. */
    void unmount();
}
