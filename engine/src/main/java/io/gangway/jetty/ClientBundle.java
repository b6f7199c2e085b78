package io.gangway.jetty;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The scripts and source maps of npm's {@code socket.io-client}, served to pages that load their client from the
 * engine.
 *
 * <p>The file names are a fixed list, and all files are read at construction: no request can name another file of the
 * machine, or waits for the disk. Immutable.
 */
public final class ClientBundle {
    /** No files: a request for one is told how to have them served. */
    public static final ClientBundle NONE = new ClientBundle(Map.of());

    private static final String MAIN = "socket.io.js";
    private static final List<String> NAMES = Stream.of("", ".esm", ".msgpack")
            .flatMap(variant -> Stream.of(variant, variant + ".min"))
            .flatMap(variant -> Stream.of("socket.io" + variant + ".js", "socket.io" + variant + ".js.map"))
            .toList();
    /** Names that a page would expect to be part of the bundle, whether or not it has them. */
    private static final Pattern NAMED_ALIKE = Pattern.compile("socket\\.io[\\w.-]*\\.js(?:\\.map)?");

    /**
     * The quoted part of an entity tag, weak ({@code W/".."}) or strong, anywhere in a list; Jetty's list parser
     * rejects weak tags.
     */
    private static final Pattern OPAQUE_TAG = Pattern.compile("\"[^\"]*\"|\\*");

    private static final String ANY = "*";
    private static final String WANTED = "the folder \"dist\" of npm's socket.io-client, which \"npm install"
            + " socket.io-client\" puts into node_modules/socket.io-client";

    private final Map<String, File> files;

    /** Reads a file of the folder; null if it does not exist. */
    private interface Folder {
        byte @Nullable [] read(String name) throws IOException;
    }

    /** @param gzip the compressed content; null where compression gains nothing */
    private record File(
            String type,
            String hash,
            ByteBuffer plain,
            @Nullable ByteBuffer gzip) {
        static File of(String name, byte[] content) {
            byte[] gzip = GzipEncoding.compress(content, Deflater.BEST_COMPRESSION);
            String type = name.endsWith(".map") ? "application/json" : "application/javascript";
            return new File(
                    type + "; charset=utf-8",
                    ClientBundle.hash(content),
                    ByteBuffer.wrap(content),
                    content.length >= GzipEncoding.THRESHOLD && gzip.length < content.length
                            ? ByteBuffer.wrap(gzip)
                            : null);
        }

        /** A strong tag, so the compressed form needs its own: RFC 9110, section 8.8.3.3. */
        String entityTag(boolean compressed) {
            return compressed ? '"' + hash + "-gzip\"" : '"' + hash + '"';
        }

        /**
         * Whether the client has this content already, compressed or not. Weak tags count too: RFC 9110, section
         * 13.1.2.
         */
        boolean isKnown(HttpFields request) {
            return request.getValuesList(HttpHeader.IF_NONE_MATCH).stream()
                    .flatMap(line -> OPAQUE_TAG.matcher(line).results())
                    .map(MatchResult::group)
                    .anyMatch(tag -> tag.equals(ANY) || tag.equals(entityTag(false)) || tag.equals(entityTag(true)));
        }
    }

    private ClientBundle(Map<String, File> files) {
        this.files = files;
    }

    /**
     * Reads the files from a directory.
     *
     * @throws IllegalArgumentException if the directory has no {@code socket.io.js}, naming the directory
     * @throws UncheckedIOException if a file cannot be read
     */
    public static ClientBundle of(Path directory) {
        return read(
                "directory \"" + directory.toAbsolutePath() + "\"",
                name -> {
                    Path file = directory.resolve(name);
                    return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
                },
                Files.isDirectory(directory) ? "" : ", because that directory does not exist");
    }

    /**
     * Reads the files from a folder on the class path, such as that of a WebJar or of the application's own jar.
     *
     * @param loader finds the files
     * @throws IllegalArgumentException if the folder has no {@code socket.io.js}, naming the folder
     * @throws UncheckedIOException if a file cannot be read
     */
    public static ClientBundle of(ClassLoader loader, String folder) {
        String base = folder.replaceAll("^/+|/+$", "");
        return read(
                "class-path folder \"" + folder + "\"",
                name -> {
                    try (InputStream in = loader.getResourceAsStream(base.isEmpty() ? name : base + "/" + name)) {
                        return in == null ? null : in.readAllBytes();
                    }
                },
                " (to name a directory, pass a Path)");
    }

    private static ClientBundle read(String place, Folder folder, String hint) {
        Map<String, File> files = new TreeMap<>();
        for (String name : NAMES) {
            try {
                byte[] content = folder.read(name);
                if (content != null) {
                    files.put(name, File.of(name, content));
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException(
                        "cannot read " + name + " in the " + place + ": " + unreadable, unreadable);
            }
        }
        if (!files.containsKey(MAIN)) {
            throw new IllegalArgumentException("the " + place + " has no " + MAIN + hint + ". Pass " + WANTED + ".");
        }
        return new ClientBundle(files);
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(Arrays.copyOf(digest, 16));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no SHA-256, which every JDK must have", impossible);
        }
    }

    /** Whether a name below the engine's path is that of a client script or source map, existing or not. */
    static boolean isNamed(String name) {
        return NAMED_ALIKE.matcher(name).matches();
    }

    /**
     * Answers a request for a file.
     *
     * @param compression whether clients that accept gzip get the compressed content
     */
    void serve(String name, boolean compression, Request request, Response response, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        File file = files.get(name);
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            headers.put(HttpHeader.ALLOW, "GET, HEAD");
            say(HttpStatus.METHOD_NOT_ALLOWED_405, "Use GET or HEAD for " + name + ".", request, response, callback);
        } else if (file == null) {
            say(HttpStatus.NOT_FOUND_404, absence(name), request, response, callback);
        } else {
            send(file, compression, request, response, callback);
        }
    }

    private static void send(File file, boolean compression, Request request, Response response, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        ByteBuffer gzip = compression ? file.gzip() : null;
        if (gzip != null) {
            headers.add(HttpHeader.VARY, HttpHeader.ACCEPT_ENCODING.asString());
        }
        boolean compressed = gzip != null && GzipEncoding.isAccepted(request.getHeaders());
        ByteBuffer body = gzip != null && compressed ? gzip : file.plain();
        headers.put(HttpHeader.ETAG, file.entityTag(compressed));
        headers.put(HttpHeader.CACHE_CONTROL, "public, max-age=0"); // cached but revalidated, as with Node.js
        if (file.isKnown(request.getHeaders())) {
            response.setStatus(HttpStatus.NOT_MODIFIED_304);
            response.write(true, null, callback);
            return;
        }
        headers.put(HttpHeader.CONTENT_TYPE, file.type());
        if (compressed) {
            headers.put(HttpHeader.CONTENT_ENCODING, GzipEncoding.NAME);
        }
        write(body.duplicate(), request, response, callback);
    }

    private String absence(String name) {
        return files.isEmpty()
                ? "This server does not serve the JavaScript client. To serve it, pass"
                        + " http(http -> http.clientBundle(..)) on the engine's builder "
                        + WANTED + "."
                : "There is no " + name + " here. Available: " + String.join(", ", files.keySet()) + ".";
    }

    private static void say(int status, String text, Request request, Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        write(StandardCharsets.UTF_8.encode(text + "\n"), request, response, callback);
    }

    private static void write(ByteBuffer body, Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        response.write(true, HttpMethod.HEAD.is(request.getMethod()) ? null : body, callback);
    }
}
