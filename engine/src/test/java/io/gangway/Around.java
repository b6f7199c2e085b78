package io.gangway;

/** Interceptors of one stage, as lambdas. */
final class Around {
    private Around() {}

    interface Connects {
        Ack aroundConnect(Socket socket, Chain chain) throws Exception;
    }

    interface Events {
        Ack aroundEvent(Event event, Chain chain) throws Exception;
    }

    static Interceptor connects(Connects connects) {
        return new Interceptor() {
            @Override
            public Ack aroundConnect(Socket socket, Chain chain) throws Exception {
                return connects.aroundConnect(socket, chain);
            }
        };
    }

    static Interceptor events(Events events) {
        return new Interceptor() {
            @Override
            public Ack aroundEvent(Event event, Chain chain) throws Exception {
                return events.aroundEvent(event, chain);
            }
        };
    }
}
