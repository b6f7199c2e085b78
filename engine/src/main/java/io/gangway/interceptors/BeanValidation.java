package io.gangway.interceptors;

import io.gangway.InvalidPayloadException;
import io.gangway.InvalidPayloadException.Violation;
import io.gangway.PayloadValidator;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.NoProviderFoundException;
import jakarta.validation.Validation;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the payloads of typed handlers against their jakarta.validation constraints, if that API and a provider are on
 * the class path.
 *
 * <p>Every engine loads it with {@link java.util.ServiceLoader}, unless its builder is given another validator.
 * Elements of collections and arrays, and values of maps, are checked too. Without jakarta.validation, or without a
 * provider such as Hibernate Validator, it does nothing. Thread-safe.
 */
public final class BeanValidation implements PayloadValidator {
    private static final Logger log = LoggerFactory.getLogger(BeanValidation.class);

    private final PayloadValidator constraints;

    /** Looks for a provider with the thread's context class loader, as jakarta.validation does. */
    public BeanValidation() {
        constraints = find();
    }

    @Override
    public void validate(String event, Object payload) {
        constraints.validate(event, payload);
    }

    private static PayloadValidator find() {
        try {
            return Constraints.load();
        } catch (LinkageError absent) {
            log.debug("jakarta.validation is not on the class path: payloads are not checked against constraints");
        }
        return (event, payload) -> {};
    }

    /** The only class that uses jakarta.validation; it cannot be loaded without it. */
    private static final class Constraints implements PayloadValidator {
        /** The part of a path that follows an element's index or key: {@code tags[0].<list element>}. */
        private static final Pattern ELEMENT = Pattern.compile("\\.?<(iterable|list) element>|\\.?<map value>");

        private final Validator validator;

        private Constraints(Validator validator) {
            this.validator = validator;
        }

        static PayloadValidator load() {
            try {
                return new Constraints(Validation.buildDefaultValidatorFactory().getValidator());
            } catch (NoProviderFoundException absent) {
                log.info("jakarta.validation has no provider on the class path: payloads are not checked against "
                        + "constraints");
            } catch (ValidationException broken) {
                throw new IllegalStateException(
                        "the provider of jakarta.validation cannot start; complete or remove its dependencies, "
                                + "or set another validator with validate(..) on the engine's builder",
                        broken);
            }
            return (event, payload) -> {};
        }

        @Override
        public void validate(String event, Object payload) {
            List<Violation> violations = new ArrayList<>(0);
            collect("", payload, violations);
            if (!violations.isEmpty()) {
                violations.sort(Comparator.comparing(Violation::field).thenComparing(Violation::message));
                throw new InvalidPayloadException("Invalid payload", violations);
            }
        }

        private void collect(String path, Object payload, List<Violation> violations) {
            if (payload instanceof Object[] array) {
                collect(path, Arrays.asList(array), violations);
            } else if (payload instanceof Collection<?> elements) {
                int index = 0;
                for (Object element : elements) {
                    collectElement(path + "[" + index++ + "]", element, violations);
                }
            } else if (payload instanceof Map<?, ?> entries) {
                entries.forEach((key, value) -> collectElement(path + "[" + key + "]", value, violations));
            } else if (mayHaveConstraints(payload.getClass())) {
                for (ConstraintViolation<Object> violation : validator.validate(payload)) {
                    violations.add(new Violation(join(path, violation), violation.getMessage()));
                }
            }
        }

        private void collectElement(String path, @Nullable Object element, List<Violation> violations) {
            if (element != null) {
                collect(path, element, violations);
            }
        }

        private static boolean mayHaveConstraints(Class<?> type) {
            return !type.isArray() && !type.getName().startsWith("java.");
        }

        private static String join(String path, ConstraintViolation<?> violation) {
            String inner =
                    ELEMENT.matcher(violation.getPropertyPath().toString()).replaceAll("");
            return path.isEmpty() || inner.isEmpty() || inner.startsWith("[") ? path + inner : path + "." + inner;
        }
    }
}
