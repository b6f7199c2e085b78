package io.gangway.admin;

/**
 * Where the sessions of administrators are kept, with which a page that is loaded again need not ask for the password.
 * Methods are called on handler threads, several at a time, and may block.
 */
public interface AdminSessions {
    /**
     * Keeps a session, usually for one day.
     *
     * @param id the session's id, a secret
     * @throws Exception any failure; it is logged, and the administrator has to log in again later
     */
    void save(String id) throws Exception;

    /**
     * {@return whether there is such a session}
     *
     * @param id what a client takes for a session's id, 16 hexadecimal digits
     * @throws Exception any failure; it is logged, and the client has to log in
     */
    boolean exists(String id) throws Exception;
}
