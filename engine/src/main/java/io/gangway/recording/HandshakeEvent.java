package io.gangway.recording;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.gangway.Handshake")
@Label("Handshake")
@Description("A client has connected, or has been refused")
@Category("Gangway")
@StackTrace(false)
final class HandshakeEvent extends Event {
    @Label("Outcome")
    String outcome = "";

    @Label("Reason")
    String reason = "";
}
