package io.gangway;

import io.gangway.cluster.ClusterMessage.Broadcast;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The trips under way, in the order of the calls, and what waits for each: see {@link RoundTrips}. Thread-safe. */
final class Trips {
    // Guarded by this.
    private final Deque<Trip> trips = new ArrayDeque<>();

    /** How many events are yet to be delivered; written with the lock held. */
    private volatile int open;

    synchronized void add(Trip trip) {
        trips.addLast(trip);
        open++;
    }

    synchronized void end(Trip trip) {
        if (trips.peekFirst() == trip) {
            trips.removeFirst();
        } else {
            trips.remove(trip);
        }
    }

    /** Whether any event is yet to be delivered. */
    boolean areOpen() {
        return open > 0;
    }

    /** The same message, and not one that says the same. */
    @SuppressWarnings("ReferenceEquality")
    synchronized @Nullable Trip find(Broadcast message) {
        for (Trip trip : trips) {
            if (trip.message == message) {
                return trip;
            }
        }
        return null;
    }

    /** The oldest that is yet to be delivered. */
    synchronized @Nullable Trip undelivered() {
        for (Trip trip : trips) {
            if (!trip.delivered) {
                return trip;
            }
        }
        return null;
    }

    /** Whether any has been delivered without its place, which it may still get. */
    synchronized boolean isAnyWithoutPlace() {
        for (Trip trip : trips) {
            if (trip.delivered) {
                return true;
            }
        }
        return false;
    }

    synchronized List<Trip> oldestFirst() {
        return new ArrayList<>(trips);
    }

    synchronized List<Trip> newestFirst() {
        List<Trip> newestFirst = new ArrayList<>();
        trips.descendingIterator().forEachRemaining(newestFirst::add);
        return newestFirst;
    }

    // ---- what waits for an event

    /** The next that waits for an event; once there is none, none can wait for it any more. */
    synchronized Trip.@Nullable Follower follower(Trip trip) {
        if (!trip.followers.isEmpty()) {
            return trip.followers.remove(0);
        }
        if (trip.open) {
            trip.open = false;
            open--;
        }
        return null;
    }

    /** Lets a task wait for the newest event; false if none is under way. */
    synchronized boolean followLast(Runnable task) {
        for (Iterator<Trip> newest = trips.descendingIterator(); newest.hasNext(); ) {
            Trip trip = newest.next();
            if (trip.open) {
                return trip.followers.add(new Trip.Follower(null, task));
            }
        }
        return false;
    }

    /** Lets a socket's task wait for an event; false if that has been delivered. */
    synchronized boolean follow(Trip trip, Recipient socket, Runnable task) {
        return trip.open && trip.followers.add(new Trip.Follower(socket, task));
    }

    synchronized boolean isFollowed(Trip trip, Recipient socket) {
        return trip.isFollowedBy(socket);
    }

    /** Takes what waits for one socket. */
    synchronized List<Runnable> take(Trip trip, Recipient socket) {
        return trip.take(socket);
    }
}
