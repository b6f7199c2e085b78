/** The whole server over the wire: bytes go in and bytes come out, whatever lies between. */
package io.gangway.wire;
