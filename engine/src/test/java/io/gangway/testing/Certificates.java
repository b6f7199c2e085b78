package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Keys and certificates of tests, and sockets that trust them. */
public final class Certificates {
    /** Of all the key stores. */
    public static final String PASSWORD = "password";

    private Certificates() {}

    /** Makes a key and a certificate for {@code localhost}, and {@code name.crt} and {@code name.key} of them. */
    public static KeyStore generate(Path directory, String name, String algorithm) throws Exception {
        return generate(directory, name, algorithm, "localhost");
    }

    /** Makes a key and a certificate for this host with the JDK's own tool. */
    public static KeyStore generate(Path directory, String name, String algorithm, String host) throws Exception {
        Path store = directory.resolve(name + ".p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:" + host,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        write(
                directory.resolve(name + ".crt"),
                "CERTIFICATE",
                keys.getCertificate("key").getEncoded());
        write(
                directory.resolve(name + ".key"),
                "PRIVATE KEY",
                keys.getKey("key", PASSWORD.toCharArray()).getEncoded());
        return keys;
    }

    /** A store with the keys of all these. */
    public static KeyStore together(KeyStore... stores) throws Exception {
        KeyStore all = KeyStore.getInstance("PKCS12");
        all.load(null, null);
        for (KeyStore store : stores) {
            all.setKeyEntry(
                    "key" + all.size(),
                    store.getKey("key", PASSWORD.toCharArray()),
                    PASSWORD.toCharArray(),
                    store.getCertificateChain("key"));
        }
        return all;
    }

    private static void write(Path file, String label, byte[] bytes) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(file, "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
    }

    /** Makes sockets that trust this server's certificate, and show one of their own if they have it. */
    public static SSLSocketFactory trusting(KeyStore server, @Nullable KeyStore own) {
        try {
            KeyManager[] keys = {};
            if (own != null) {
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(own, PASSWORD.toCharArray());
                keys = factory.getKeyManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {trust(server)}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Trusts this server's certificate. */
    public static X509TrustManager trust(KeyStore server) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("server", server.getCertificate("key"));
            trust.init(trusted);
            return (X509TrustManager) trust.getTrustManagers()[0];
        } catch (IOException | GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
