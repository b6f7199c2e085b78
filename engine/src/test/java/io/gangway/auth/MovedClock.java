package io.gangway.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Begins now, and stands still until it is moved. */
final class MovedClock implements AlarmClock {
    private record Call(Instant due, FutureTask<?> task) {}

    // Guarded by this.
    private final List<Call> calls = new ArrayList<>();
    private Instant now = Instant.now();

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized Future<?> at(Instant time, Runnable call) {
        FutureTask<?> task = new FutureTask<>(call, null);
        calls.add(new Call(time, task));
        callWhatIsDue();
        return task;
    }

    synchronized void advance(Duration by) {
        now = now.plus(by);
        callWhatIsDue();
    }

    /** A token of user 42 that has so many seconds left, or up to one less, with further claims. */
    String tokenWith(long seconds, String... further) {
        StringBuilder claims = new StringBuilder(
                "{\"sub\":\"42\",\"exp\":" + now().plusSeconds(seconds).getEpochSecond());
        for (String claim : further) {
            claims.append(',').append(claim);
        }
        return Tokens.hs256(Tokens.HS256, claims.append('}').toString());
    }

    /** On threads of their own, as the caller may hold the locks that they need. */
    private void callWhatIsDue() {
        for (Iterator<Call> each = calls.iterator(); each.hasNext(); ) {
            Call call = each.next();
            if (!call.due.isAfter(now)) {
                each.remove();
                new Thread(call.task, "moved clock").start();
            }
        }
    }
}
