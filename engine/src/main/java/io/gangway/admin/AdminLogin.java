package io.gangway.admin;

/** Decides who may administer. */
@FunctionalInterface
public interface AdminLogin {
    /**
     * Whether this user has this password. Called on a handler thread, and may block; of all attempts at the same time only
     * two are decided, and the others are refused.
     *
     * @param user the user's name, as typed, at most 256 characters
     * @param password the password, as typed, at most 1,024 characters
     * @return whether the user may administer
     * @throws Exception any failure; it is logged, and the user refused
     */
    boolean accepts(String user, String password) throws Exception;
}
