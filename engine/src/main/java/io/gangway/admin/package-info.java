/**
 * The server side of the Socket.IO Admin UI, the web page of {@code @socket.io/admin-ui}: an administrator sees servers,
 * clients, rooms and events, and acts on them. See {@link io.gangway.admin.AdminUi}.
 *
 * <p>Only what the page needs leaves the engine: no cookies, tokens, auth payloads and whole session ids.
 */
@NullMarked
package io.gangway.admin;

import org.jspecify.annotations.NullMarked;
