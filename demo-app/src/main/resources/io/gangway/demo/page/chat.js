// The chat with everyone, and the chat in one room.

import { Conversation, complain, element, stopComplaining } from "./conversation.js";
import { ask, manager } from "./server.js";

const socket = manager.socket("/");
let wasConnected = false;
let roomId = null; // one room at a time: a room's events do not name the room

const nameField = element("name");
const username = () => nameField.value.trim();

const everyone = new Conversation("everyone", {
  placeholder: () => "Message to everyone",
  author: () => username() || "You",
  send: async (text) => {
    await ask(socket, "message", { text, username: username() });
    return "Sent";
  },
});
const room = new Conversation("room", {
  placeholder: () => `Message to ${roomId}`,
  buttons: [element("leave")],
  send: async (message) => {
    await ask(socket, "roomMessage", { roomId, message });
    return "Sent";
  },
});

// ---- the connection

function showConnection() {
  const badge = element("connection");
  if (socket.connected) {
    badge.dataset.state = "connected";
    badge.textContent = `Connected · ${manager.engine.transport.name}`;
  } else if (socket.active) {
    badge.dataset.state = wasConnected ? "reconnecting" : "connecting";
    badge.textContent = wasConnected ? "Reconnecting…" : "Connecting…";
  } else {
    badge.dataset.state = "disconnected";
    badge.textContent = "Disconnected";
  }
  for (const button of document.querySelectorAll("#send button, #join button, #leave, #break")) {
    button.disabled = !socket.connected;
  }
}

socket.on("connect", () => {
  manager.engine.on("upgrade", showConnection);
  showConnection();
  wasConnected = true;
  if (roomId !== null) {
    enterAgain(roomId);
  }
});
socket.on("disconnect", showConnection);
socket.on("connect_error", showConnection);

/** Joins the room again: a restarted server does not know its members. */
async function enterAgain(id) {
  try {
    await ask(socket, "joinRoom", id);
    room.addNote(`You are back in ${id}.`);
  } catch (problem) {
    complain(problem);
  }
}

// ---- messages of others

socket.on("message", ({ text, username: author, timestamp }) => {
  everyone.addMessage(author || "Somebody", text, new Date(timestamp));
});
socket.on("roomMessage", ({ userId, message, timestamp }) => {
  if (userId !== socket.id) {
    room.addMessage(guest(userId), message ?? "", new Date(timestamp));
  }
});
socket.on("userJoined", ({ userId }) => room.addNote(`${guest(userId)} joined.`));
socket.on("userLeft", ({ userId }) => room.addNote(`${guest(userId)} left.`));

/** A name for a member: the room's events carry only ids. */
function guest(userId) {
  return `Guest ${userId.slice(0, 5)}`;
}

// ---- the user's actions

nameField.value = sessionStorage.getItem("name") ?? `Guest ${Math.floor(1000 + Math.random() * 9000)}`;
nameField.addEventListener("change", () => sessionStorage.setItem("name", nameField.value));

element("send").addEventListener("submit", async (submit) => {
  submit.preventDefault();
  const field = element("text");
  const text = field.value;
  field.value = "";
  stopComplaining();

  const conversation = Conversation.shown;
  const line = conversation.addMessage(conversation.author(), text, new Date());
  line.classList.add("mine");
  line.scrollIntoView({ block: "nearest" });
  const state = line.querySelector(".state");
  state.textContent = "Sending…";
  try {
    state.textContent = await conversation.send(text);
  } catch (problem) {
    line.classList.add("failed");
    state.textContent = `Not sent: ${problem.message}`;
  }
  line.scrollIntoView({ block: "nearest" });
});

element("join").addEventListener("submit", async (submit) => {
  submit.preventDefault();
  const field = element("room");
  const wanted = field.value.trim();
  if (wanted === "") {
    return;
  }
  stopComplaining();
  try {
    if (wanted !== roomId) {
      await leaveRoom();
      await ask(socket, "joinRoom", wanted);
      roomId = wanted;
      room.open(wanted);
      room.addNote(`You joined ${wanted}.`);
    }
    field.value = "";
    room.show();
    element("text").focus();
  } catch (problem) {
    complain(problem);
  }
});

element("leave").addEventListener("click", () => leaveRoom().catch(complain));

async function leaveRoom() {
  if (roomId === null) {
    return;
  }
  await ask(socket, "leaveRoom", roomId);
  roomId = null;
  room.close();
}

showConnection();
socket.connect();
