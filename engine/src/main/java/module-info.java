/** Gangway's engine: an embeddable Socket.IO server on Jetty. */
@SuppressWarnings("exports") // JSpecify's annotations are not needed at run time
module io.gangway {
    exports io.gangway;

    requires transitive org.eclipse.jetty.server;
    requires transitive com.google.gson;
    requires org.eclipse.jetty.websocket.core.common;
    requires org.eclipse.jetty.websocket.core.server;
    requires org.slf4j;
    requires static org.jspecify;
}
