package io.gangway.jetty;

import io.gangway.jetty.StandaloneSettings.TlsHosts;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.ssl.X509;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jetty's customizer for TLS requests with another rule for the requested host. Jetty refuses every host that the
 * certificate does not name, and so would refuse clients that use another name, an address, or a proxy. Thread-safe.
 */
final class TlsHostCheck extends SecureRequestCustomizer {
    private static final Logger log = LoggerFactory.getLogger(TlsHostCheck.class);

    private final SslContextFactory.Server tls;
    private final TlsHosts hosts;
    private final FirstTimes refused = new FirstTimes();

    TlsHostCheck(SslContextFactory.Server tls, TlsHosts hosts) {
        super(true);
        this.tls = tls;
        this.hosts = hosts;
    }

    @Override
    protected void checkSni(Request request, SSLSession session) {
        if (hosts == TlsHosts.NAMED || (hosts == TlsHosts.BY_CERTIFICATES && haveSeveralNames())) {
            try {
                super.checkSni(request, session);
            } catch (HttpException.RuntimeException unnamed) {
                tell(ClientText.of(String.valueOf(Request.getServerName(request))), session);
                throw unnamed;
            }
        }
    }

    /** Computed for each request, because certificates can be reloaded. */
    private boolean haveSeveralNames() {
        Set<String> aliases = tls.getAliases();
        return aliases.size() > 1
                && tls.getCertAlias() == null
                && aliases.stream()
                                .map(tls::getX509)
                                .map(TlsHostCheck::names)
                                .distinct()
                                .count()
                        > 1;
    }

    private static Set<String> names(X509 certificate) {
        return Stream.concat(
                        certificate.getHosts().stream(),
                        certificate.getWilds().stream().map(parent -> "*." + parent))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void tell(String host, SSLSession session) {
        FirstTimes.Time time = refused.of(host);
        if (time == FirstTimes.Time.AGAIN) {
            return;
        }
        log.warn(
                "refused a TLS request for host {} with 400: the certificate is for {}; to let clients use that "
                        + "host, call http(http -> http.anyTlsHost()) on the engine's builder",
                host,
                session.getValue(X509_ATTRIBUTE) instanceof X509 inUse ? names(inUse) : "none");
        if (time == FirstTimes.Time.LAST_FIRST) {
            log.warn("{} refused hosts have been logged; further ones are not logged", FirstTimes.MOST);
        }
    }
}
