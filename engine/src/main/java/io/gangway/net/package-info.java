/**
 * IP addresses in text form: of peers, of clients behind proxies, and in an application's ranges.
 *
 * <p>Not part of the API: what is here may change in any release, and modules cannot see it.
 */
@NullMarked
package io.gangway.net;

import org.jspecify.annotations.NullMarked;
