package io.gangway.recording;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.gangway.QueueFull")
@Label("Queue Full")
@Description("Reading from a client has stopped, because too much waits for its handlers")
@Category("Gangway")
@StackTrace(false)
final class QueueFullEvent extends Event {
    @Label("Events")
    int events;

    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Late Answers")
    int lateAnswers;
}
