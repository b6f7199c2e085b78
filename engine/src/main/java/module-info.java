/** Gangway's engine: an embeddable Socket.IO server on Jetty. */
@SuppressWarnings("exports") // JSpecify's annotations are not needed at run time
module io.gangway {
    exports io.gangway;
    exports io.gangway.admin;
    exports io.gangway.annotations;
    exports io.gangway.auth;
    exports io.gangway.cluster;
    exports io.gangway.interceptors;
    exports io.gangway.metrics;

    uses io.gangway.PayloadValidator;
    uses org.slf4j.spi.SLF4JServiceProvider;

    provides io.gangway.PayloadValidator with
            io.gangway.interceptors.BeanValidation;

    requires transitive org.eclipse.jetty.server;
    requires transitive com.google.gson;
    requires org.eclipse.jetty.websocket.core.common;
    requires org.eclipse.jetty.websocket.core.server;
    requires org.slf4j;
    requires static java.sql;
    requires static jdk.jfr;
    requires static jakarta.validation;
    requires static org.jspecify;
    requires static com.auth0.jwt;
    requires static com.nimbusds.jose.jwt;
    requires static micrometer.commons;
    requires static micrometer.core;
    requires static micrometer.observation;
}
