// Stock clients, for scenarios.

import assert from "node:assert/strict";
import { io } from "socket.io-client";
import { scenario } from "./scenarios.js";

/** A client whose events wait in line for next(). */
export class Guest {
  #events = [];
  #readers = [];

  constructor(address, options) {
    this.socket = io(address, { forceNew: true, ...options });
    this.socket.onAny((...event) => {
      const reader = this.#readers.shift();
      reader ? reader(event) : this.#events.push(event);
    });
  }

  /** Connects; rejects with the connect_error of who is refused. */
  static async arrive(address, options, leaveAtEnd) {
    const guest = new Guest(address, options);
    leaveAtEnd(() => guest.socket.disconnect());
    await new Promise((resolve, reject) => {
      guest.socket.on("connect", resolve);
      guest.socket.on("connect_error", reject);
    });
    return guest;
  }

  get id() {
    return this.socket.id;
  }

  /** Sends an event and returns what its callback gets. */
  ask(event, ...data) {
    return this.socket.timeout(10_000).emitWithAck(event, ...data);
  }

  tell(event, ...data) {
    this.socket.emit(event, ...data);
  }

  /** The next event that comes or came: [name, ...arguments]. */
  next() {
    const event = this.#events.shift();
    return event ? Promise.resolve(event) : new Promise((resolve) => this.#readers.push(resolve));
  }

  /** That nothing else came: the next event is one that the other one sends now. */
  async hearsNothingBefore(other) {
    const text = `marker ${Math.random()}`;
    await other.ask("message", { text, username: "marker" });
    const [event, data] = await this.next();
    assert.equal(event, "message");
    assert.equal(data.text, text);
  }
}

/** Makes a scenario of each way to connect; run gets what connects a guest: arrive(namespace = "/", options = {}). */
export function overEachTransport(url, name, run) {
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    scenario(`${name}, over ${transports.join(" then ")}`, (leaveAtEnd) =>
      run((namespace = "/", options = {}) => Guest.arrive(url + namespace, { transports, ...options }, leaveAtEnd)),
    );
  }
}

export function assertRecent(timestamp) {
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  assert.ok(Math.abs(Date.now() - Date.parse(timestamp)) < 60_000, timestamp);
}
