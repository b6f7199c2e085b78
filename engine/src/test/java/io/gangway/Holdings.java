package io.gangway;

/**
 * What an engine holds at the moment, for tests outside its package.
 *
 * @param requests what other nodes were asked and have not answered
 * @param timers deadlines that are set
 */
public record Holdings(int sessions, int clients, int sockets, int rooms, int acks, int requests, int timers) {
    public static final Holdings NONE = new Holdings(0, 0, 0, 0, 0, 0, 0);

    public static Holdings of(Engine engine) {
        Engine.Occupancy now = engine.occupancy();
        return new Holdings(
                now.sessions(), now.clients(), now.sockets(), now.rooms(), now.acks(), now.requests(), now.timers());
    }
}
