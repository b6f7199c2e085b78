/**
 * Gangway in a Spring Boot application: gateways are beans, {@code gangway.*} properties choose what an
 * {@link io.gangway.EngineBuilder} would, and the engine starts and stops with the application.
 *
 * <pre>
 *   beans: GatewayRegistration, classes with @GangwayNamespace, Interceptor, EngineCustomizer, Cluster
 *      | EngineAssembly, when all singletons are there
 *   Engine --- SameServer: in the application's own Jetty, by a JettyDoor
 *          \-- OwnPort: on gangway.port
 *          \-- Nowhere: in a test without a server
 * </pre>
 *
 * Phases: {@link EngineLifecycle} builds before the web server lets requests in, and closes after it has stopped;
 * {@link TrafficLifecycle} empties the engine before the web server waits for its last requests.
 */
@NullMarked
package io.gangway.spring;

import org.jspecify.annotations.NullMarked;
