package io.gangway;

/**
 * An event on its way from one node to others.
 *
 * @param namespace the name of its namespace
 * @param label the label of its namespace, see {@link Namespace#label()}: there are few, whatever clients ask for
 * @param name the name of the event
 */
public record ClusterEvent(String namespace, String label, String name) {}
