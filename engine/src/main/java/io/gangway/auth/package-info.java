/**
 * Who a client is, by JSON Web Token: {@link io.gangway.auth.JwtInterceptor}.
 *
 * <p>java-jwt, and for keys from a URL nimbus-jose-jwt, are optional dependencies of the engine: an application that comes in
 * here brings them along.
 *
 * <ol>
 *   <li>The key says which algorithm it is for; the token is never asked.
 *   <li>A client is told one of three things, {@code Missing authentication token}, {@code Invalid token} or {@code Token
 *       expired}, the last only of a token with which nothing else is wrong.
 *   <li>No token, nor any part of one, gets into a log line or the message or cause of an exception.
 *   <li>What is known of a socket is attached to that socket, and gone with it; an interceptor keeps nothing.
 * </ol>
 */
@NullMarked
package io.gangway.auth;

import org.jspecify.annotations.NullMarked;
