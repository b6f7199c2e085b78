/** IP addresses in text form: of peers, of clients behind proxies, and in an application's ranges. */
@NullMarked
package io.gangway.net;

import org.jspecify.annotations.NullMarked;
