"use strict";

// A plain WebSocket that client.js can drive like a socket of socket.io-client.

const { EventEmitter } = require("node:events");

const implementations = { ws: require("ws"), browser: globalThis.WebSocket };

class PlainSocket {
  active = true;
  io = { opts: {}, reconnection() {} };
  #webSocket;
  #happenings = new EventEmitter();
  #callbacks = new Map();
  #calls = 0;

  constructor(url, WebSocket) {
    this.#webSocket = new WebSocket(url);
    this.#webSocket.onmessage = ({ data }) => this.#receive(JSON.parse(data, revived));
    this.#webSocket.onclose = ({ code, reason }) => this.#happenings.emit("disconnect", `${code} ${reason}`.trim());
  }

  on(happening, listener) {
    this.#happenings.on(happening, listener);
  }

  onAny(listener) {
    this.#happenings.on("event", listener);
  }

  offAny() {
    this.#happenings.removeAllListeners();
  }

  emit(event, ...values) {
    const callback = typeof values.at(-1) === "function" ? values.pop() : undefined;
    const id = callback && this.#calls++;
    this.#callbacks.set(id, callback);
    this.#send({ event, id, ...members(values) });
  }

  disconnect() {
    this.#webSocket.close();
  }

  #receive({ event, id, data, args, error }) {
    if (event === undefined) {
      const callback = this.#callbacks.get(id);
      this.#callbacks.delete(id);
      callback(...(error === undefined ? values(data, args) : [error]));
    } else if (event === "connect") {
      this.id = data.id;
      this.#happenings.emit("connect");
    } else if (event === "connect_error") {
      this.#happenings.emit("connect_error", data);
    } else {
      const answer = id === undefined ? [] : [(...answer) => this.#send({ id, ...members(answer) })];
      this.#happenings.emit("event", event, ...values(data, args), ...answer);
    }
  }

  #send(message) {
    this.#webSocket.send(JSON.stringify(message, replaced));
  }
}

function values(data, args) {
  return args ? data : data === undefined ? [] : [data];
}

function members(values) {
  return values.length > 1 ? { data: values, args: true } : { data: values[0] };
}

/** Buffers have become other JSON already, so this looks at the object that has them. */
function replaced(key, value) {
  return Buffer.isBuffer(this[key]) ? { $binary: this[key].toString("base64") } : value;
}

function revived(key, value) {
  return typeof value?.$binary === "string" ? Buffer.from(value.$binary, "base64") : value;
}

/** Whether Node has this implementation: `ws` always, the `browser`'s since Node 22. */
exports.has = (implementation) => implementations[implementation] !== undefined;

exports.open = (url, implementation) => new PlainSocket(url, implementations[implementation]);
