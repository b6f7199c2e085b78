package io.gangway.jetty;

import java.util.List;

/**
 * How a client's request arrived, at this server or at the outermost trusted proxy.
 *
 * @param address the client's IP address in its one form, see {@link io.gangway.net.IpAddress}; empty if unknown
 * @param secure whether the request came over TLS
 * @param authorities the host, with or without port, that the client requested, in every form it may take
 */
record Arrival(String address, boolean secure, List<String> authorities) {}
