"use strict";

const { createServer } = require("node:http");
const { createClient } = require("redis");
const { createAdapter, createShardedAdapter } = require("@socket.io/redis-adapter");
const { createAdapter: createStreamsAdapter } = require("@socket.io/redis-streams-adapter");
const { Server } = require("socket.io");

const ADAPTERS = {
  classic: createAdapter,
  sharded: createShardedAdapter,
  streams: (publisher, _, options) => createStreamsAdapter(publisher, options),
};

/** A Socket.IO server on Redis that is not listening yet. */
async function serverOnRedis({ redis, adapter, options }, engineOptions = {}) {
  const clients = [await connected(redis), await connected(redis)];
  const http = createServer();
  const io = new Server(http, { ...engineOptions, adapter: ADAPTERS[adapter](...clients, options) });
  return {
    io,
    clients,
    /** Gives the port. */
    listen: () =>
      new Promise((resolve, reject) => {
        http.once("error", reject).listen(0, "127.0.0.1", () => resolve(http.address().port));
      }),
    async close() {
      await io.close();
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

/** A client that ends the process when it cannot go on: a test would wait for what never comes. */
function connected(url) {
  const client = createClient({ url });
  client.on("error", (error) => {
    throw error;
  });
  return client.connect();
}

module.exports = { connected, serverOnRedis };
