package io.gangway.spring;

import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;

/** An SSL bundle in Jetty's terms. */
final class BundledTls {
    private BundledTls() {}

    /** @throws IllegalArgumentException if there is no key in it to serve with */
    static SslContextFactory.Server of(SslBundle bundle) {
        SslStoreBundle stores = bundle.getStores();
        if (stores.getKeyStore() == null) {
            throw new IllegalArgumentException("The bundle has no key store, so no certificate to serve with");
        }
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setProtocol(bundle.getProtocol());
        tls.setKeyStore(stores.getKeyStore());
        tls.setKeyStorePassword(stores.getKeyStorePassword());
        tls.setKeyManagerPassword(bundle.getKey().getPassword());
        tls.setCertAlias(bundle.getKey().getAlias());
        tls.setTrustStore(stores.getTrustStore());
        SslOptions options = bundle.getOptions();
        if (options.getCiphers() != null) {
            tls.setIncludeCipherSuites(options.getCiphers());
            tls.setExcludeCipherSuites();
        }
        if (options.getEnabledProtocols() != null) {
            tls.setIncludeProtocols(options.getEnabledProtocols());
            tls.setExcludeProtocols();
        }
        return tls;
    }
}
