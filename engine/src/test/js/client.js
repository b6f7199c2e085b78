"use strict";

// Drives sockets of the stock client for NodeClients.java. A line of stdin is a command, {"do":.., "socket":..}; a line of
// stdout is what happened to a socket, or the answer to a call. Binary is {"$binary":"<hex>"}, both ways. The option
// parser is the name of a package; the option plain opens a WebSocket without Socket.IO.

const readline = require("node:readline");
const { io } = require("socket.io-client");
const plain = require("./plain");
const { decoded, tell } = require("./values");

const sockets = new Map();

const commands = {
  open({ socket, url, options, answers }) {
    if (options.plain) {
      follow(socket, plain.open(url, options.plain));
      return;
    }
    const parser = options.parser && require(options.parser);
    follow(socket, io(url, { ...options, ...(parser && { parser }) }), answers);
  },
  hasPlain({ call, implementation }) {
    tell({ call, answer: [plain.has(implementation)] });
  },
  // Another namespace on the connection of the socket `beside`.
  join({ socket, beside, namespace }) {
    follow(socket, sockets.get(beside).io.socket(namespace));
  },
  connect({ socket }) {
    sockets.get(socket).connect();
  },
  disconnect({ socket }) {
    sockets.get(socket).disconnect();
  },
  // Whether the client says that it has got its session back, and its id.
  recovered({ socket, call }) {
    const asked = sockets.get(socket);
    tell({ call, answer: [asked.recovered, asked.id] });
  },
  emit({ socket, event, values }) {
    sockets.get(socket).emit(event, ...decoded(values));
  },
  volatile({ socket, event, values }) {
    sockets.get(socket).volatile.emit(event, ...decoded(values));
  },
  call({ socket, call, event, values }) {
    sockets.get(socket).emit(event, ...decoded(values), (...answer) => tell({ call, answer }));
  },
  // With a timeout the client's callback, and its promise, have an error in front.
  callWithTimeout({ socket, call, timeout, event, values }) {
    sockets.get(socket).timeout(timeout).emit(event, ...decoded(values), (error, ...answer) => {
      tell(error ? { call, error: error.message } : { call, answer });
    });
  },
  // Of a client with the option retries; the timeout is that of each try.
  callWithRetries({ socket, call, timeout, event, values }) {
    const caller = sockets.get(socket);
    (timeout ? caller.timeout(timeout) : caller).emit(event, ...decoded(values), (error, ...answer) => {
      tell(error ? { call, error: error.message } : { call, answer });
    });
  },
  promise({ socket, call, event, values }) {
    sockets.get(socket).emitWithAck(event, ...decoded(values)).then(
      (answer) => tell({ call, answer: [answer] }),
      (error) => tell({ call, error: error.message }),
    );
  },
  burst({ socket, event, count, size }) {
    const padding = "x".repeat(size);
    for (let number = 0; number < count; number++) {
      sockets.get(socket).emit(event, number, padding);
    }
  },
  forget({ socket }) {
    const left = sockets.get(socket);
    sockets.delete(socket);
    left.offAny();
    left.io.reconnection(false);
    left.disconnect();
    left.io.engine?.close();
  },
};

function follow(name, socket) {
  sockets.set(name, socket);
  const happened = (what, ...values) => tell({ socket: name, happened: what, id: socket.id, values });
  socket.on("connect", () => happened("connect"));
  socket.on("disconnect", (reason) => happened("disconnect", reason));
  socket.on("connect_error", (error) => {
    happened("connect_error", error.message, ...(error.data === undefined ? [] : [error.data]));
  });
  socket.onAny((event, ...values) => {
    const answer = typeof values.at(-1) === "function" ? values.pop() : () => {};
    happened(event, ...values);
    if (!event.startsWith("silent") && !(event === "all but" && values[0] === socket.id)) {
      answer(...values);
    }
  });
  if (!socket.active && socket.io.opts.autoConnect !== false) {
    socket.connect(); // a namespace that this connection was in before is not joined again by itself
  }
}

readline
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    commands[command.do](command);
  })
  .on("close", () => process.exit());
