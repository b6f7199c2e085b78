package io.gangway.spring;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** What an application that cannot start tells the person who started it. */
final class Failures {
    private Failures() {}

    /** The description and the action that Spring Boot shows in place of a stack trace. */
    static String report(TestApplication.Starter starter) {
        List<ConfigurableApplicationContext> contexts = new ArrayList<>();
        Throwable failure = assertThrows(
                RuntimeException.class,
                () -> starter.application().initializers(contexts::add).run().close());
        ConfigurableApplicationContext context = contexts.get(0);
        ArgumentResolver arguments = ArgumentResolver.of(BeanFactory.class, context.getBeanFactory())
                .and(Environment.class, context.getEnvironment());
        for (FailureAnalyzer analyzer : SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, arguments, FailureHandler.handleMessage((message, failed) -> {}))) {
            FailureAnalysis analysis = analyzer.analyze(failure);
            if (analysis != null) {
                return analysis.getDescription() + "\n" + analysis.getAction();
            }
        }
        return fail("Spring Boot shows the stack trace alone", failure);
    }
}
