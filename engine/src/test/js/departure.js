"use strict";

// For DepartureOfManyTest: stock clients whose server goes, and another comes in its place.
// node departure.js <port> <clients> <slow>: the first `slow` of them emit the event "slow" once, and wait for its ack.
// Prints {"client":n, "happened":"connect" | "ack" | "disconnect" | "no ack", "value":..} for each thing that happens.

const { io } = require("socket.io-client");
const { tell } = require("./values");

const [port, clients, slow] = process.argv.slice(2).map(Number);

for (let client = 0; client < clients; client++) {
  const happened = (what, value = "") => tell({ client, happened: what, value });
  const socket = io(`http://localhost:${port}`, { forceNew: true, transports: client % 4 ? ["websocket"] : ["polling"] });
  socket.on("connect", () => happened("connect"));
  socket.on("disconnect", (reason) => happened("disconnect", reason));
  if (client < slow) {
    socket.once("connect", () => {
      socket.timeout(60_000).emit("slow", (error, answer) => happened(error ? "no ack" : "ack", answer));
    });
  }
}

process.stdin.on("end", () => process.exit()).resume();
