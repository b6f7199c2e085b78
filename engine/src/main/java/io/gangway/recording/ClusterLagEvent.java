package io.gangway.recording;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

@Name("io.gangway.ClusterLag")
@Label("Cluster Lag")
@Description("How far the node is behind in reading messages of other nodes")
@Category("Gangway")
@Period("10 s")
@StackTrace(false)
final class ClusterLagEvent extends Event {
    @Label("State")
    String state = "";

    @Label("Lag")
    @Timespan(Timespan.NANOSECONDS)
    long lag;
}
