package io.gangway.jetty;

import java.util.List;

/**
 * How a client's request arrived, at us or at the outermost proxy that is trusted.
 *
 * @param address the client's IP address in its one form, see {@link io.gangway.net.IpAddress}; empty if there is none
 * @param secure whether it came over TLS
 * @param authorities host and perhaps port that the client asked for, in every form that may be meant
 */
record Arrival(String address, boolean secure, List<String> authorities) {}
