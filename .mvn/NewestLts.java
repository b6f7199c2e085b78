import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Finds the newest JDK with long-term support on this machine that is newer than the running one. Writes the path of
 * its java to the properties file named by the argument, and one line for people to standard output.
 */
final class NewestLts {

    private static final int BASELINE = 17;
    private static final int FEATURES_BETWEEN_LTS = 4; // 17, 21, 25, ... every two years
    private static final int LEVELS_ABOVE = 3; // on macOS a JDK's home is its directory's Contents/Home

    public static void main(String[] arguments) throws IOException {
        int running = Runtime.version().feature();
        Path newest = null;
        int newestFeature = running;
        for (Path home : homes()) {
            int feature = feature(home);
            boolean lts = feature >= BASELINE && (feature - BASELINE) % FEATURES_BETWEEN_LTS == 0;
            if (lts && feature > newestFeature) {
                newest = home;
                newestFeature = feature;
            }
        }
        Properties answer = new Properties();
        answer.setProperty("newest-lts.missing", String.valueOf(newest == null));
        answer.setProperty("newest-lts.java", newest == null ? "" : java(newest).toString());
        Path answerFile = Path.of(arguments[0]);
        Files.createDirectories(answerFile.getParent());
        try (Writer writer = Files.newBufferedWriter(answerFile)) {
            answer.store(writer, null);
        }
        System.out.println(newest == null
                ? "No LTS JDK newer than the running " + running + " is installed next to it or named by a JAVA_HOME variable: "
                        + "the tests tagged \"threads\" run on " + running + " only"
                : "The tests tagged \"threads\" run again, on JDK " + newestFeature);
    }

    /** Looks next to the running JDK, and at variables such as JAVA_HOME_25_X64. */
    private static List<Path> homes() {
        List<Path> homes = new ArrayList<>();
        Path running = Path.of(System.getProperty("java.home"));
        Path above = running.getParent();
        for (int level = 0; level < LEVELS_ABOVE && above != null; level++, above = above.getParent()) {
            addJdksIn(above, running, homes);
        }
        for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
            if (variable.getKey().startsWith("JAVA_HOME")) {
                homes.add(Path.of(variable.getValue()));
            }
        }
        return homes;
    }

    private static void addJdksIn(Path directory, Path running, List<Path> homes) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (Path entry : entries) {
                Path macHome = entry.resolve("Contents").resolve("Home");
                Path home = Files.isDirectory(macHome) ? macHome : entry;
                if (!running.startsWith(home) && feature(home) > 0) {
                    homes.add(home);
                }
            }
        } catch (IOException unreadable) {
            // a directory that cannot be read has no JDK
        }
    }

    /** The feature number of the JDK in this directory, 0 if it has none. */
    private static int feature(Path home) {
        if (!Files.isExecutable(java(home))) {
            return 0;
        }
        Properties release = new Properties();
        try (Reader reader = Files.newBufferedReader(home.resolve("release"))) {
            release.load(reader);
            return Runtime.Version.parse(release.getProperty("JAVA_VERSION", "").replace("\"", ""))
                    .feature();
        } catch (IOException | IllegalArgumentException notAJdk) {
            return 0;
        }
    }

    private static Path java(Path home) {
        Path java = home.resolve("bin").resolve("java");
        return Files.exists(java) ? java : home.resolve("bin").resolve("java.exe");
    }
}
