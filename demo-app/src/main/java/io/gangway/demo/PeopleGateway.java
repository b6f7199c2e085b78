package io.gangway.demo;

import io.gangway.Ack;
import io.gangway.EngineException;
import io.gangway.Gateway;
import io.gangway.NamespaceBuilder;
import io.gangway.Socket;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells those who enter who else is here, and from then on who comes, changes and goes. */
final class PeopleGateway implements Gateway {
    private final People people;
    private final Tokens tokens;
    private final Supplier<String> node;

    /**
     * @param name the name of a guest
     * @param token a token, whose name counts instead
     */
    record Entry(@Nullable String name, @Nullable String token) {}

    /** @param node the server that this client is connected to */
    record Welcome(People.Person you, List<People.Person> people, String node) {}

    PeopleGateway(People people, Tokens tokens, Supplier<String> node) {
        this.people = people;
        this.tokens = tokens;
        this.node = node;
    }

    @Override
    public void configure(NamespaceBuilder chat) {
        chat.onConnect(people::arrived)
                .onDisconnect((socket, reason) -> people.left(socket))
                .on("enter", Entry.class, this::enter);
    }

    /** May be repeated, after signing in or out, or to see the list afresh. */
    private Ack enter(Socket socket, Entry entry) {
        String token = entry.token();
        String name = entry.name();
        if (token != null) {
            people.named(socket, tokens.user(token), true);
        } else if (name == null || !UserName.isValid(name)) {
            throw new EngineException("\"name\" " + UserName.RULE);
        } else {
            people.named(socket, name, false);
        }
        people.listen(socket); // before asking who is here, so that nobody is missed
        return Ack.later(people.everyone(socket.namespace())
                .thenApply(everyone -> new Welcome(people.person(socket), everyone, node.get())));
    }
}
