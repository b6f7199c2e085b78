package io.gangway.cluster;

/** Sessions in one JVM. */
class LocalSessionStoreTest extends SessionStoreContract {
    private final LocalCluster cluster = LocalCluster.create();

    @Override
    protected Cluster newNode() {
        return cluster.node();
    }
}
