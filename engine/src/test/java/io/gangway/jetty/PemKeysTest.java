package io.gangway.jetty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemKeysTest {
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void aCertificateAndItsKeyMakeTls(String algorithm) throws Exception {
        generate("server", algorithm);

        SslContextFactory.Server tls = PemKeys.load(file("server.crt"), file("server.key"));

        tls.start();
        assertEquals(1, tls.getAliases().size());
        tls.stop();
    }

    @Test
    void aKeyOfAnotherCertificateIsNoticed() throws Exception {
        generate("ours", "EC");
        generate("theirs", "EC");

        assertRefused("theirs.key does not belong to the first certificate in ", file("ours.crt"), file("theirs.key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void anOlderOrEncryptedKeyIsNamedWithTheCommandThatConvertsIt(String kind) throws Exception {
        generate("server", "EC");
        Path key = Files.writeString(
                file("old.key"),
                "-----BEGIN " + kind + "-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END " + kind + "-----");

        assertRefused("old.key holds a \"" + kind + "\"", file("server.crt"), key);
        assertRefused("openssl pkcs8 -topk8 -nocrypt -in " + key, file("server.crt"), key);
    }

    @Test
    void filesInTheWrongOrderAreNoticed() throws Exception {
        generate("server", "EC");

        assertRefused("server.key holds no certificate", file("server.key"), file("server.crt"));
        assertRefused("server.crt holds no private key", file("server.crt"), file("server.crt"));
    }

    @Test
    void garbageIsNoticed() throws Exception {
        generate("server", "EC");
        Path key = Files.writeString(file("bad.key"), pem("PRIVATE KEY", new byte[] {1, 2, 3}));
        Path certificate = Files.writeString(file("bad.crt"), pem("CERTIFICATE", new byte[] {1, 2, 3}));

        assertRefused("bad.key holds a private key that is malformed", file("server.crt"), key);
        assertRefused("bad.crt holds a malformed certificate", certificate, file("server.key"));
    }

    @Test
    void aMissingFileIsNamed() {
        UncheckedIOException missing =
                assertThrows(UncheckedIOException.class, () -> PemKeys.load(file("none.crt"), file("none.key")));

        assertEquals("cannot read " + file("none.crt") + ": the file does not exist", missing.getMessage());
    }

    private static void assertRefused(String message, Path certificate, Path key) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> PemKeys.load(certificate, key));
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    /** Makes a key and a certificate with the JDK's own tool, and writes them down as PEM. */
    private void generate(String name, String algorithm)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = file(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        Files.writeString(
                file(name + ".crt"),
                pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
        Files.writeString(
                file(name + ".key"),
                pem("PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded()));
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }
}
