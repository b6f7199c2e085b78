/** Clients that tests drive, from raw bytes to stock clients; {@code io.gangway.testing} says which is for what. */
package io.gangway.clients;
