"use strict";

const { RedisStore, instrument } = require("@socket.io/admin-ui");
const { hashSync } = require("bcryptjs");
const { connected } = require("./server");

/** Adds what the Admin UI needs to a server, for the user `admin`, with sessions in Redis. */
async function administer({ io, clients }, serverId, redis, password) {
  const client = await connected(redis);
  clients.push(client); // is closed with the server's own
  instrument(io, {
    auth: { type: "basic", username: "admin", password: hashSync(password, 4) },
    serverId,
    mode: "development",
    store: new RedisStore(withCallbacks(client)),
  });
}

/** The client that the store expects: it has callbacks, and sets booleans. */
function withCallbacks(client) {
  return {
    exists: (key, callback) => client.exists(key).then((number) => callback(null, number), callback),
    multi() {
      const multi = client.multi();
      const set = multi.set.bind(multi);
      multi.set = (key, value) => set(key, String(value));
      return multi;
    },
  };
}

module.exports = { administer };
