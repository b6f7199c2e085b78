package io.gangway.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.TestPropertySource;

/** A test of an application without its web server, the default of {@code @SpringBootTest}, needs no port and no Redis. */
@SpringBootTest(classes = {TestApplication.class, Chat.class})
@TestPropertySource(
        properties = {
            "gangway.redis.url=redis://localhost:1",
            "spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
        })
class NoServerTest {
    @Autowired
    RunningEngine engine;

    @Autowired
    Chat.Announcer announcer;

    @Test
    void gatewaysAreThereAndWhatIsEmittedReachesNobody() {
        assertEquals("/chat", engine.namespace("/chat").name());
        announcer.announce("nobody hears this");
    }
}
