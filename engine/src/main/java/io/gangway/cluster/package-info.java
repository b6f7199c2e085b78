/**
 * The messages that nodes send each other, and the interface that a backend implements to carry them.
 *
 * <p>An engine has one {@link io.gangway.cluster.Cluster}, and in it a channel for each namespace. The engine decides
 * which messages to send and how to act on received ones; a backend knows wire formats and channel names, but nothing
 * about sockets or rooms. {@link io.gangway.cluster.LocalCluster} connects the engines in one JVM.
 *
 * <ol>
 *   <li>Nothing here blocks its caller or waits for a broker.
 *   <li>Delivery is at most once; messages of one sender in one namespace arrive in the order they were sent.
 *   <li>Only plain values travel: JSON's, and bytes. No Java object is ever deserialised.
 * </ol>
 */
@NullMarked
package io.gangway.cluster;

import org.jspecify.annotations.NullMarked;
