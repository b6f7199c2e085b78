package io.gangway.jetty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Finds out whether a client accepts gzip, and compresses. */
final class GzipEncoding {
    static final String NAME = "gzip";

    /** Smaller bodies are not compressed, as in Node's engine.io. */
    static final int THRESHOLD = 1024;

    private GzipEncoding() {}

    /**
     * Whether a request accepts gzip and does not prefer uncompressed bytes: RFC 9110, section 12.5.3. A malformed
     * header accepts nothing.
     */
    static boolean isAccepted(HttpFields request) {
        double gzip = -1;
        double identity = -1;
        double any = -1;
        for (String line : request.getValuesList(HttpHeader.ACCEPT_ENCODING)) {
            for (String element : line.split(",", -1)) {
                int semicolon = element.indexOf(';');
                String coding = (semicolon < 0 ? element : element.substring(0, semicolon))
                        .strip()
                        .toLowerCase(Locale.ROOT);
                double quality = semicolon < 0 ? 1 : quality(element.substring(semicolon + 1));
                switch (coding) {
                    case NAME, "x-gzip" -> gzip = Math.max(gzip, quality);
                    case "identity" -> identity = quality;
                    case "*" -> any = quality;
                    default -> {
                        // Some other encoding.
                    }
                }
            }
        }
        double wanted = gzip >= 0 ? gzip : any;
        return wanted > 0 && wanted >= identity;
    }

    private static double quality(String parameter) {
        String text = parameter.strip().toLowerCase(Locale.ROOT);
        if (!text.startsWith("q=")) {
            return 0;
        }
        try {
            double quality = Double.parseDouble(text.substring(2).strip());
            return quality >= 0 && quality <= 1 ? quality : 0;
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }

    /** @param level a compression level of {@link Deflater} */
    static byte[] compress(byte[] bytes, int level) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 4);
        try (Gzip gzip = new Gzip(compressed, level)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException("gzip failed in memory, which has no I/O to fail", impossible);
        }
        return compressed.toByteArray();
    }

    private static final class Gzip extends GZIPOutputStream {
        Gzip(ByteArrayOutputStream out, int level) throws IOException {
            super(out, 4096);
            def.setLevel(level);
        }
    }
}
