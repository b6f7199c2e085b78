package io.gangway.cluster;

/** A node without an engine that does nothing about what it hears, unless a test says what. */
public class Bystander implements Cluster.Inbound {
    @Override
    public void message(ClusterMessage message, String offset) {}

    @Override
    public void linkChanged(boolean up) {}

    @Override
    public boolean hasRoom(String room) {
        return true;
    }
}
