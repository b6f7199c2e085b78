package io.gangway;

/**
 * What sockets may hold: rooms, and attached values. These limits stop an application that lets its clients choose names
 * from filling the heap; they are far above what applications need. Immutable.
 *
 * @see Limits#sockets()
 */
public final class SocketLimits {
    private final int maxRooms;
    private final int maxRoomsPerNamespace;
    private final int maxRoomNameLength;
    private final int maxRoomNames;
    private final int maxAttached;

    private SocketLimits(Builder chosen) {
        this.maxRooms = chosen.maxRooms;
        this.maxRoomsPerNamespace = chosen.maxRoomsPerNamespace;
        this.maxRoomNameLength = chosen.maxRoomNameLength;
        this.maxRoomNames = chosen.maxRoomNames;
        this.maxAttached = chosen.maxAttached;
    }

    /** {@return the value set by {@link Builder#maxRooms}, or its default} */
    public int maxRooms() {
        return maxRooms;
    }

    /** {@return the value set by {@link Builder#maxRoomsPerNamespace}, or its default} */
    public int maxRoomsPerNamespace() {
        return maxRoomsPerNamespace;
    }

    /** {@return the value set by {@link Builder#maxRoomNameLength}, or its default} */
    public int maxRoomNameLength() {
        return maxRoomNameLength;
    }

    /** {@return the value set by {@link Builder#maxRoomNames}, or its default} */
    public int maxRoomNames() {
        return maxRoomNames;
    }

    /** {@return the value set by {@link Builder#maxAttached}, or its default} */
    public int maxAttached() {
        return maxAttached;
    }

    /** Choices for one engine's {@link SocketLimits}, reached with {@link Limits.Builder#sockets}. */
    public static final class Builder {
        private int maxRooms = 10_000;
        private int maxRoomsPerNamespace = 1_000_000;
        private int maxRoomNameLength = 1024;
        private int maxRoomNames = 1_000_000;
        private int maxAttached = 1024;

        Builder() {}

        /**
         * How many rooms a socket may be in, besides its own. Default 10,000.
         *
         * @param rooms the maximum number of rooms
         * @return this builder
         */
        public Builder maxRooms(int rooms) {
            this.maxRooms = (int) Limits.positive("maxRooms", rooms);
            return this;
        }

        /**
         * How many rooms with sockets of this node a namespace may have, besides the sockets' own. Sockets that join at
         * the same time may exceed it by a few. Default 1,000,000.
         *
         * @param rooms the maximum number of rooms
         * @return this builder
         */
        public Builder maxRoomsPerNamespace(int rooms) {
            this.maxRoomsPerNamespace = (int) Limits.positive("maxRoomsPerNamespace", rooms);
            return this;
        }

        /**
         * How many characters the name of a room that sockets join may have; users' rooms are not limited by it. Default
         * 1024.
         *
         * @param characters the maximum number of characters
         * @return this builder
         */
        public Builder maxRoomNameLength(int characters) {
            this.maxRoomNameLength = (int) Limits.positive("maxRoomNameLength", characters);
            return this;
        }

        /**
         * How many characters the names of all rooms may have together that the sockets of one connection are in, besides
         * their own: a client has a socket in each of its namespaces. Sockets of one connection that join at the same time
         * may exceed it by a few rooms. Default 1,000,000.
         *
         * @param characters the maximum number of characters
         * @return this builder
         */
        public Builder maxRoomNames(int characters) {
            this.maxRoomNames = (int) Limits.positive("maxRoomNames", characters);
            return this;
        }

        /**
         * How many values may be attached to a socket, by type and by key. Default 1024.
         *
         * @param values the maximum number of values
         * @return this builder
         */
        public Builder maxAttached(int values) {
            this.maxAttached = (int) Limits.positive("maxAttached", values);
            return this;
        }

        SocketLimits build() {
            return new SocketLimits(this);
        }
    }
}
