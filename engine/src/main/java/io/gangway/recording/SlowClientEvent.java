package io.gangway.recording;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.gangway.SlowClient")
@Label("Slow Client")
@Description("A client has been disconnected because it reads too slowly")
@Category("Gangway")
@StackTrace(false)
final class SlowClientEvent extends Event {
    @Label("Reason")
    String reason = "";
}
