"use strict";

// Runs Socket.IO servers on Redis, and emitters, for NodePeer.java. A line of stdin is a command, {"do":.., "call":..}; a
// line of stdout is the answer to a call, or what a server's own handlers heard.

const readline = require("node:readline");
const { Emitter } = require("@socket.io/redis-emitter");
const { administer } = require("./admin");
const { connected, serverOnRedis } = require("./server");
const { decoded, tell } = require("./values");

const servers = new Map();
const emitters = new Map();

const commands = {
  // A server with the namespaces, and those of a pattern; its sockets join the rooms that they name in `auth`.
  async open({ server: name, redis, adapter, options, parser, engine, adminPassword, namespaces, pattern }) {
    const own = { ...engine, ...(parser && { parser: require(parser) }) };
    const server = await serverOnRedis({ redis, adapter, options }, own);
    server.io.on("new_namespace", (nsp) => listen(name, nsp));
    listen(name, server.io.of("/"));
    for (const namespace of [...namespaces, new RegExp(pattern)]) {
      server.io.of(namespace).on("connection", welcome);
    }
    if (adminPassword) {
      await administer(server, name, redis, adminPassword);
    }
    servers.set(name, server);
    return server.listen();
  },
  async close({ server }) {
    await servers.get(server).close();
    servers.delete(server);
  },

  emit: ({ event, values, ...scope }) => void operator(scope).emit(event, ...decoded(values)),
  emitWithAck: ({ event, values, ...scope }) => replies(operator(scope).emitWithAck(event, ...decoded(values))),
  socketsJoin: ({ names, ...scope }) => void operator(scope).socketsJoin(names),
  socketsLeave: ({ names, ...scope }) => void operator(scope).socketsLeave(names),
  disconnectSockets: ({ close, ...scope }) => void operator(scope).disconnectSockets(close),
  async fetchSockets(scope) {
    const sockets = await operator(scope).fetchSockets();
    return sockets.map(({ id, handshake, rooms, data }) => ({ id, handshake, rooms: [...rooms], data }));
  },

  // What a socket object of this server does.
  join: ({ names, ...scope }) => socket(scope).join(names),
  share({ data, ...scope }) {
    socket(scope).data = decoded(data);
  },

  // What a socket does that may be on another server.
  remoteEmit: async ({ event, values, ...scope }) => void (await remote(scope)).emit(event, ...decoded(values)),
  async remoteEmitWithAck({ event, values, timeout, ...scope }) {
    return (await remote(scope)).timeout(timeout).emitWithAck(event, ...decoded(values));
  },
  remoteJoin: async ({ names, ...scope }) => void (await remote(scope)).join(names),
  remoteLeave: async ({ names, ...scope }) => void (await remote(scope)).leave(names[0]),
  remoteDisconnect: async ({ close, ...scope }) => void (await remote(scope)).disconnect(close),

  serverSideEmit: ({ event, values, ...scope }) => void namespace(scope).serverSideEmit(event, ...decoded(values)),
  serverSideEmitWithAck: ({ event, values, ...scope }) =>
    replies(namespace(scope).serverSideEmitWithAck(event, ...decoded(values))),
  serverCount: (scope) => namespace(scope).adapter.serverCount(),
  allRooms: async (scope) => [...(await namespace(scope).adapter.allRooms())],

  // An emitter, and its operators.
  async openEmitter({ emitter, redis, options }) {
    const client = await connected(redis);
    emitters.set(emitter, { emitter: new Emitter(client, options), client });
  },
  async closeEmitter({ emitter }) {
    await emitters.get(emitter).client.close();
    emitters.delete(emitter);
  },
  emitterEmit: ({ event, values, ...scope }) => void emitterOperator(scope).emit(event, ...decoded(values)),
  emitterJoin: ({ names, ...scope }) => emitterOperator(scope).socketsJoin(names),
  emitterLeave: ({ names, ...scope }) => emitterOperator(scope).socketsLeave(names),
  emitterDisconnect: ({ close, ...scope }) => emitterOperator(scope).disconnectSockets(close),
  emitterServerSideEmit: ({ event, values, ...scope }) =>
    emitterNamespace(scope).serverSideEmit(event, ...decoded(values)),
};

function welcome(socket) {
  socket.join(JSON.parse(socket.handshake.auth.rooms ?? "[]"));
  socket.on("ready", (answer) => answer());
  socket.on("relay", (...values) => {
    const answer = values.pop();
    socket.to("room").emit("relayed", ...values);
    answer(...values);
  });
}

// To what other servers say.
function listen(server, nsp) {
  const heard = (event, values) => tell({ server, namespace: nsp.name, heard: event, values });
  nsp.on("news", (...values) => heard("news", values));
  nsp.on("question", (...values) => {
    const answer = values.pop();
    heard("question", values);
    answer([server, ...values]);
  });
}

function namespace({ server, namespace }) {
  return servers.get(server).io.of(namespace);
}

function socket(scope) {
  return namespace(scope).sockets.get(scope.socket);
}

function operator(scope) {
  return chosen(scope.socket ? socket(scope) : namespace(scope), scope);
}

// An application writes of("admin"), and nothing for the main namespace.
function emitterNamespace({ emitter, namespace }) {
  const everywhere = emitters.get(emitter).emitter;
  return namespace === "/" ? everywhere : everywhere.of(namespace.slice(1));
}

function emitterOperator(scope) {
  return chosen(emitterNamespace(scope), scope);
}

function chosen(start, { socket, rooms, except, flags, timeout }) {
  let chosen = socket ? start.broadcast : start;
  chosen = rooms.reduce((sofar, room) => sofar.to(room), chosen);
  chosen = except.reduce((sofar, room) => sofar.except(room), chosen);
  if (flags.includes("volatile")) chosen = chosen.volatile;
  if (flags.includes("uncompressed")) chosen = chosen.compress(false);
  if (flags.includes("local")) chosen = chosen.local;
  return timeout ? chosen.timeout(timeout) : chosen;
}

async function remote(scope) {
  const [socket, ...more] = await namespace(scope).in(scope.socket).fetchSockets();
  if (!socket || more.length > 0) {
    throw new Error(`${socket ? "several sockets" : "no socket"} with id ${scope.socket}`);
  }
  return socket;
}

function replies(promise) {
  return promise.then(
    (received) => ({ received, failure: "" }),
    (error) => ({ received: error.responses ?? [], failure: error.message }),
  );
}

readline
  .createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const { do: name, call, ...command } = JSON.parse(line);
    try {
      tell({ call, answer: await commands[name](command) });
    } catch (error) {
      tell({ call, error: error.stack });
    }
  })
  .on("close", () => process.exit());
