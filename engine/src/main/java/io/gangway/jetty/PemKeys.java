package io.gangway.jetty;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Configures TLS from the PEM files that certificate authorities issue: RFC 7468. */
public final class PemKeys {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    /** The first line of any private key; older formats have header lines after it. */
    private static final Pattern LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private PemKeys() {}

    /**
     * Reads a server's private key and its certificate chain, which begins with the server's own certificate.
     *
     * @throws UncheckedIOException if a file cannot be read
     * @throws IllegalArgumentException if a file does not contain what it should; the message names the file and the
     *     remedy
     */
    public static SslContextFactory.Server load(Path certificateChain, Path privateKey) {
        List<Certificate> chain = readChain(certificateChain);
        PrivateKey key = readKey(privateKey);
        if (!belongTogether(key, chain.get(0).getPublicKey())) {
            throw new IllegalArgumentException("the private key in " + privateKey
                    + " does not belong to the first certificate in " + certificateChain
                    + ": put the server's own certificate first, then those of its authorities");
        }
        try {
            char[] noPassword = {};
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, noPassword);
            keys.setKeyEntry("server", key, noPassword, chain.toArray(Certificate[]::new));
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setKeyStore(keys);
            tls.setKeyStorePassword("");
            return tls;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("cannot create a key store in memory", impossible);
        }
    }

    private static List<Certificate> readChain(Path file) {
        List<Certificate> chain = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(read(file));
        while (blocks.find()) {
            if (blocks.group(1).equals("CERTIFICATE")) {
                chain.add(certificate(file, blocks.group(2)));
            }
        }
        if (chain.isEmpty()) {
            throw new IllegalArgumentException(
                    file + " holds no certificate: expected blocks of \"-----BEGIN CERTIFICATE-----\"");
        }
        return chain;
    }

    private static Certificate certificate(Path file, String base64) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(decode(file, base64)));
        } catch (CertificateException malformed) {
            throw new IllegalArgumentException(file + " holds a malformed certificate", malformed);
        }
    }

    private static PrivateKey readKey(Path file) {
        String pem = read(file);
        Matcher label = LABEL.matcher(pem);
        if (!label.find()) {
            throw new IllegalArgumentException(
                    file + " holds no private key: expected a block of \"-----BEGIN PRIVATE KEY-----\"");
        }
        Matcher block = BLOCK.matcher(pem);
        if (!label.group(1).equals("PRIVATE KEY") || !block.find(label.start())) {
            throw new IllegalArgumentException(file + " holds a \"" + label.group(1)
                    + "\", expected an unencrypted \"PRIVATE KEY\" (PKCS#8). Convert it: openssl pkcs8 -topk8 -nocrypt -in "
                    + file + " -out key.pem");
        }
        return privateKey(file, decode(file, block.group(2)));
    }

    private static PrivateKey privateKey(Path file, byte[] pkcs8) {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException notThisOne) {
                // Tries the next algorithm.
            } catch (GeneralSecurityException unsupported) {
                throw new IllegalStateException("this JDK does not support " + algorithm + " keys", unsupported);
            }
        }
        throw new IllegalArgumentException(
                file + " holds a private key that is malformed, or not one of " + ALGORITHMS);
    }

    private static byte[] decode(Path file, String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(file + " holds a block that is not base64", malformed);
        }
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) {
        String algorithm = switch (privateKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> privateKey.getAlgorithm();
        };
        try {
            byte[] probe = {1, 2, 3};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException notEvenAlike) {
            return false;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new UncheckedIOException("cannot read " + file + ": the file does not exist", missing);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file + ": " + unreadable, unreadable);
        }
    }
}
