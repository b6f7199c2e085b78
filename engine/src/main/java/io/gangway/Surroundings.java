package io.gangway;

import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds all namespaces of an engine.
 *
 * @param interceptors those of the engine, the outermost first
 * @param observers see what happens
 * @param validator checks the payloads of typed handlers
 */
record Surroundings(List<Interceptor> interceptors, Observers observers, PayloadValidator validator) {
    /** @param validator null to use the one on the class path, if any */
    static Surroundings of(
            List<Interceptor> interceptors, List<EngineObserver> observers, @Nullable PayloadValidator validator) {
        return new Surroundings(
                List.copyOf(interceptors), new Observers(observers), validator != null ? validator : foundValidator());
    }

    private static PayloadValidator foundValidator() {
        return ServiceLoader.load(PayloadValidator.class, Surroundings.class.getClassLoader())
                .findFirst()
                .orElse((event, payload) -> {});
    }
}
