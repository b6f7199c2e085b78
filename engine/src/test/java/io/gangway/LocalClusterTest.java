package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.LocalCluster;
import org.junit.jupiter.api.Tag;

/** Engines of one JVM. */
@Tag("threads")
class LocalClusterTest extends ClusterContract {
    private final LocalCluster cluster = LocalCluster.create();

    @Override
    protected Cluster newNode() {
        return cluster.node();
    }
}
