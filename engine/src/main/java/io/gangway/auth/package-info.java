/**
 * Authenticates clients by JSON Web Token: {@link io.gangway.auth.JwtInterceptor}.
 *
 * <p>java-jwt, and for keys from a URL nimbus-jose-jwt, are optional dependencies of the engine: an application that
 * uses this package must add them.
 *
 * <ol>
 *   <li>The key determines the algorithm; the token's own header never does.
 *   <li>A client gets one of three messages, {@code Missing authentication token}, {@code Invalid token} or
 *       {@code Token expired}, the last only if nothing else is wrong with the token.
 *   <li>No token and no part of one appears in a log line, or in the message or cause of an exception.
 *   <li>State about a socket is attached to the socket and goes with it; an interceptor keeps none.
 * </ol>
 */
@NullMarked
package io.gangway.auth;

import org.jspecify.annotations.NullMarked;
