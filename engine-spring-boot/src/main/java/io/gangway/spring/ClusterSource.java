package io.gangway.spring;

import io.gangway.cluster.Cluster;

/** Joins other nodes as {@code gangway.redis.*} says; there where gangway-engine-redis is on the class path. */
@FunctionalInterface
interface ClusterSource {
    Cluster connect(GangwayProperties.Redis redis, String url);
}
