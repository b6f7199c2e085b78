package io.gangway.redis.mixed;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Prints how fast a cluster is, beside one of Node.js servers; fails if an event is lost, or comes twice. */
@EnabledIfSystemProperty(named = "gangway.long", matches = "true")
class ClusterSpeedTest {
    @Test
    void nothingIsLostAtFullSpeed() {
        String modes = System.getProperty("gangway.modes", "CLASSIC,SHARDED_DYNAMIC,STREAMS");
        List<AdapterMode> chosen =
                Arrays.stream(modes.split(",")).map(AdapterMode::valueOf).toList();
        ClusterSpeed.measure(chosen);
    }
}
