package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.servers.Contender;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code java -jar benchmarks.jar jmh ...}: JMH's own command line with the profilers {@link ServerCosts} and
 * {@link OneCoreEach}.
 */
public final class JmhCommand {
    private static final List<Class<?>> ALWAYS_ON = List.of(OneCoreEach.class, ServerCosts.class);

    private JmhCommand() {}

    /** Runs JMH with its own options, and returns the exit code. */
    public static int run(String... arguments) throws IOException {
        try {
            CommandLineOptions given = new CommandLineOptions(arguments);
            if (asksOnly(given)) {
                Main.main(arguments);
                return 0;
            }
            Collection<String> servers = given.getParameter("server").orElse(List.of());
            servers.forEach(Contender::of);
            ChainedOptionsBuilder options = new OptionsBuilder().parent(given);
            for (Class<?> profiler : ALWAYS_ON) {
                String name = profiler.getName();
                if (given.getProfilers().stream()
                        .noneMatch(chosen -> chosen.getKlass().equals(name))) {
                    options.addProfiler(name);
                }
            }
            new Runner(options.build()).run();
            return 0;
        } catch (CommandLineOptionException | IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            return 2;
        } catch (NoBenchmarksException none) {
            System.err.println("no benchmark matches; list them with `jmh -l`");
            return 2;
        } catch (RunnerException failure) {
            failure.printStackTrace();
            return 1;
        }
    }

    private static boolean asksOnly(CommandLineOptions given) {
        return given.shouldHelp()
                || given.shouldList()
                || given.shouldListWithParams()
                || given.shouldListProfilers()
                || given.shouldListResultFormats();
    }
}
