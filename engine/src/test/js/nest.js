"use strict";

// A client as NestJS's sample for its WsAdapter has it, for NestWebSocketTest.java: opens a WebSocket, sends one message, and
// then hears. A line of stdout is a message that came, or the code with which the WebSocket was closed.

const WebSocket = globalThis.WebSocket ?? require("ws");
const [url, message] = process.argv.slice(2);

const socket = new WebSocket(url);
socket.onopen = () => {
  socket.send(message);
  socket.onmessage = ({ data }) => console.log(JSON.stringify({ message: data }));
};
socket.onclose = ({ code }) => console.log(JSON.stringify({ closed: code }));
process.stdin.on("close", () => process.exit()).resume();
