package io.gangway.connection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** The accounts that hold at least a step, and which of them are the heaviest. Thread-safe. */
final class Holders {
    /** For how many ticks what a client holds counts as being released after its connection was ended. */
    private static final int TICKS_TO_LEAVE = 20;

    private final Set<Account> accounts = ConcurrentHashMap.newKeySet();

    /** Lists an account that holds something, and takes off one that holds nothing. */
    void list(Account account) {
        if (account.heldBytes() > 0) {
            account.begins();
            accounts.add(account);
        } else {
            accounts.remove(account);
        }
        // Of two threads the slower may have come last.
        if (account.heldBytes() > 0) {
            accounts.add(account);
        } else {
            accounts.remove(account);
        }
    }

    /** The bytes that are being released because their clients have been cut. */
    long leaving() {
        long leaving = 0;
        for (Account account : accounts) {
            if (account.isCut() && account.age() < TICKS_TO_LEAVE) {
                leaving += account.heldBytes();
            }
        }
        return leaving;
    }

    /**
     * The heaviest first, as many as are needed for so many bytes, or all.
     *
     * @param candidate who may be among them; who has been cut already is not
     * @param freed the bytes that the end of a client would free
     */
    List<Account> heaviest(long missing, Predicate<Account> candidate, ToLongFunction<Account> freed) {
        record Weighed(Account account, long weight) {} // weighed once, because it changes while it is sorted

        List<Weighed> weighed = new ArrayList<>();
        for (Account account : accounts) {
            if (!account.isCut() && candidate.test(account)) {
                weighed.add(new Weighed(account, account.weight()));
            }
        }
        weighed.sort(Comparator.comparingLong(Weighed::weight).reversed());
        List<Account> heaviest = new ArrayList<>();
        long remaining = missing;
        for (Weighed next : weighed) {
            if (remaining <= 0) {
                break;
            }
            heaviest.add(next.account);
            remaining -= freed.applyAsLong(next.account);
        }
        return heaviest;
    }
}
