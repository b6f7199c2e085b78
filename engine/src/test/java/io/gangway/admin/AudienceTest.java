package io.gangway.admin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AudienceTest {
    @Test
    void oneComesWhileTheLastOneLeaves() throws InterruptedException {
        Engine engine = Engine.builder().port(0).namespace("/admin").build();
        AtomicBoolean isSomebodyHere = new AtomicBoolean();
        AtomicReference<Audience> audience = new AtomicReference<>();
        Thread comes = new Thread(() -> audience.get().changed());
        audience.set(new Audience(engine.namespace("/admin"), () -> {
            boolean seen = isSomebodyHere.getAndSet(true);
            if (!seen) { // the leaving one looks, and before it has noted what it saw, another is here
                comes.start();
                while (comes.getState() != Thread.State.BLOCKED && comes.isAlive()) {
                    Thread.onSpinWait();
                }
            }
            return seen;
        }));

        audience.get().changed();
        comes.join();

        assertTrue(audience.get().isThere());
    }

    @Test
    void oneComesToAnotherNodeWhileTheNodesAnswer() {
        Engine engine = Engine.builder().port(0).namespace("/admin").build();
        Audience audience = new Audience(engine.namespace("/admin"));

        int before = audience.arrivals();
        audience.arrivedElsewhere();
        audience.found(false, before);
        assertTrue(audience.isElsewhere());

        audience.found(false, audience.arrivals());
        assertFalse(audience.isElsewhere());
    }
}
