/**
 * What nodes say to each other, and the seam behind which a backend carries it.
 *
 * <p>An engine has one {@link io.gangway.cluster.Cluster}, and in it a channel for each namespace. The engine decides what
 * is said and what comes of it; a backend knows wire formats and channel names, and nothing of sockets or rooms.
 * {@link io.gangway.cluster.LocalCluster} joins the engines of one JVM.
 *
 * <ol>
 *   <li>Nothing here blocks its caller or waits for a broker.
 *   <li>Delivery is at most once; messages of one sender in one namespace come in its order.
 *   <li>Only plain values travel: JSON's, and bytes. No Java object is ever deserialised.
 * </ol>
 */
@NullMarked
package io.gangway.cluster;

import org.jspecify.annotations.NullMarked;
