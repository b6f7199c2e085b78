"use strict";

// For UpgradeUnderTrafficTest: stock clients that go from polling to WebSocket while numbered events run both ways.
// node traffic.js <port> <clients> <further>: each client sends until it is on WebSocket, and `further` events more.
// Prints a line of JSON for each client that is done: {"sent":n, "received":n, "before":{..the same, when it upgraded}, ..}.

const { io } = require("socket.io-client");

const [port, clients, further] = process.argv.slice(2).map(Number);

// Not all at once: when one has connected the next one comes.
const AT_ONCE = 20;
let started = 0;
while (started < AT_ONCE) {
  run(started++);
}

function run(client) {
  const socket = io(`http://localhost:${port}`, { forceNew: true, reconnection: false });
  const problems = [];
  const next = new Map();
  let before = null;
  let sent = 0;
  let left = further;
  let received = 0;
  let open = 1; // the client's own end; the server's threads add theirs

  // Not on connect: the upgrade may be over by then.
  socket.io.engine.on("upgrade", () => (before = { sent, received }));
  socket.io.engine.on("upgradeError", (error) => done(`could not upgrade: ${error.message}`));
  socket.on("connect", () => {
    if (started < clients) {
      run(started++);
    }
    send();
  });
  socket.on("disconnect", (reason) => done(`disconnected after ${received} events: ${reason}`));
  socket.on("connect_error", (error) => done(`could not connect: ${error.message}`));
  socket.on("threads", (threads) => (open += threads));

  // An event of one thread; `first` is the first number this client can expect of it.
  socket.on("down", (thread, number, attachments) => {
    received++;
    const expected = next.get(thread) ?? (thread.startsWith("direct") ? 0 : number);
    if (number !== expected) {
      problem(`of ${thread} came ${number} in place of ${expected}`);
    }
    next.set(thread, number + 1);
    for (const [index, attachment] of attachments.entries()) {
      const text = Buffer.from(attachment).toString();
      if (text !== `${thread} ${number} ${index}`) {
        problem(`${thread} ${number} has, as attachment ${index}, "${text}"`);
      }
    }
  });
  socket.on("end", (thread, number) => {
    if (next.get(thread) !== number) {
      problem(`${thread} ended with ${number}, the last that came was ${next.get(thread) - 1}`);
    }
    end();
  });

  function send() {
    if (before && left-- === 0) {
      socket.emit("end", sent, end);
      return;
    }
    const number = sent++;
    const attachments = [];
    for (let index = 0; index < number % 4; index++) {
      attachments.push(Buffer.from(`${number} ${index}`));
    }
    socket.emit("up", number, attachments);
    setTimeout(send, before ? 100 : 10);
  }

  function end() {
    if (--open === 0) {
      done();
    }
  }

  function problem(text) {
    if (problems.length < 5) {
      problems.push(text);
    }
  }

  function done(text) {
    if (text) {
      problem(text);
    }
    socket.off();
    console.log(JSON.stringify({ client, before, sent, received, problems }));
    // Goes with the process, so that the server can be looked at with everyone in it.
  }
}

process.stdin.on("end", () => process.exit()).resume();
