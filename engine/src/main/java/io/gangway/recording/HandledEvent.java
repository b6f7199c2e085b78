package io.gangway.recording;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

@Name("io.gangway.Event")
@Label("Event")
@Description("A client's event has been handled")
@Category("Gangway")
@StackTrace(false)
final class HandledEvent extends Event {
    @Label("Namespace")
    String namespace = "";

    @Label("Event")
    @Description("The event's name, or other if it has no handler")
    String event = "";

    @Label("Outcome")
    String outcome = "";

    @Label("Time until the ack")
    @Timespan(Timespan.NANOSECONDS)
    long time;
}
