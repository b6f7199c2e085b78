package io.gangway.recovery;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Things from the oldest to the newest. What is removed is not held any longer, wherever it stood, and an element costs no
 * further object. Thread-safe.
 *
 * @param <E> the things
 */
final class ByAge<E extends ByAge.Element<E>> {
    private @Nullable E oldest;
    private @Nullable E newest;

    /** A thing that is in one such order at most. */
    abstract static class Element<E> {
        // Guarded by the order.
        private @Nullable E older;
        private @Nullable E newer;
    }

    private Element<E> links(E element) {
        return element;
    }

    synchronized void add(E element) {
        E last = newest;
        links(element).older = last;
        if (last == null) {
            oldest = element;
        } else {
            links(last).newer = element;
        }
        newest = element;
    }

    /** Does nothing if it has been removed already. */
    synchronized void remove(E element) {
        Element<E> own = element;
        E older = own.older;
        E newer = own.newer;
        if (older == null && oldest != element) {
            return;
        }
        if (older == null) {
            oldest = newer;
        } else {
            links(older).newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            links(newer).older = older;
        }
        own.older = null;
        own.newer = null;
    }

    /** Removes the oldest if it is as tested; null if it is not. */
    synchronized @Nullable E removeOldestIf(Predicate<E> test) {
        E found = oldest;
        if (found == null || !test.test(found)) {
            return null;
        }
        remove(found);
        return found;
    }
}
