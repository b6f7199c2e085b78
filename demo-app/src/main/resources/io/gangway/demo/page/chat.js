"use strict";

const ANSWER_WITHIN = 5_000; // milliseconds
const LINES_KEPT = 300;

const element = (id) => document.getElementById(id);

/** A conversation on the screen: its messages, and the tab that shows them. */
class Conversation {
  constructor(kind) {
    this.log = element(`log-${kind}`);
    this.lines = this.log.querySelector("ol");
    this.tab = element(`tab-${kind}`);
    this.label = this.tab.querySelector(".label");
    this.unread = this.tab.querySelector(".unread");
    this.tab.addEventListener("click", () => show(this));
  }

  /** Adds a message; everything goes in as text, never as markup. */
  addMessage(author, text, time) {
    const line = fromTemplate("message");
    line.querySelector(".author").textContent = author;
    line.querySelector(".body").textContent = text;
    const clock = line.querySelector("time");
    clock.dateTime = time.toISOString();
    clock.textContent = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.add(line);
    if (this !== shown) {
      this.unread.textContent = String(Number(this.unread.textContent) + 1);
      this.unread.hidden = false;
    }
    return line;
  }

  addNote(text) {
    const line = fromTemplate("note");
    line.textContent = text;
    this.add(line);
  }

  add(line) {
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    this.lines.append(line);
    while (this.lines.children.length > LINES_KEPT) {
      this.lines.firstElementChild.remove();
    }
    if (atEnd) {
      this.log.scrollTop = this.log.scrollHeight;
    }
  }
}

function fromTemplate(id) {
  return element(id).content.firstElementChild.cloneNode(true);
}

const everyone = new Conversation("everyone");
const room = new Conversation("room");
let roomId = null; // one room at a time: the events of rooms do not say which room they are from
let shown = everyone;

function show(conversation) {
  shown = conversation;
  for (const each of [everyone, room]) {
    each.log.hidden = each !== shown;
    each.tab.setAttribute("aria-pressed", String(each === shown));
  }
  shown.unread.hidden = true;
  shown.unread.textContent = "";
  shown.log.scrollTop = shown.log.scrollHeight;
  room.tab.hidden = roomId === null;
  element("leave").hidden = shown !== room;
  element("title").textContent = shown.label.textContent;
  element("text").placeholder = shown === room ? `Message to ${roomId}` : "Message to everyone";
}

// ---- the connection

const socket = io(); // the server this page is from
let wasConnected = false;

function showConnection() {
  const badge = element("connection");
  if (socket.connected) {
    badge.dataset.state = "connected";
    badge.textContent = `Connected · ${socket.io.engine.transport.name}`;
  } else if (socket.active) {
    badge.dataset.state = wasConnected ? "reconnecting" : "connecting";
    badge.textContent = wasConnected ? "Reconnecting…" : "Connecting…";
  } else {
    badge.dataset.state = "disconnected";
    badge.textContent = "Disconnected";
  }
  for (const button of document.querySelectorAll("#send button, #join button, #leave")) {
    button.disabled = !socket.connected;
  }
}

socket.on("connect", () => {
  socket.io.engine.on("upgrade", showConnection);
  showConnection();
  wasConnected = true;
  if (roomId !== null) {
    enterAgain(roomId);
  }
});
socket.on("disconnect", showConnection);
socket.on("connect_error", showConnection);

/** A server that comes back knows no rooms. */
async function enterAgain(id) {
  try {
    await ask("joinRoom", id);
    room.addNote(`You are in ${id} again.`);
  } catch (problem) {
    complain(problem);
  }
}

/** Sends an event and returns the answer; throws what the server complains of. */
async function ask(event, data) {
  let answer;
  try {
    answer = await socket.timeout(ANSWER_WITHIN).emitWithAck(event, data);
  } catch {
    throw new Error("the server did not answer");
  }
  if (answer?.status === "error") {
    throw new Error(answer.message);
  }
  if (answer?.error) {
    throw new Error(answer.error);
  }
  return answer;
}

function complain(problem) {
  element("notice").textContent = problem.message;
}

// ---- what others say

socket.on("message", ({ text, username, timestamp }) => {
  everyone.addMessage(username || "Somebody", text, new Date(timestamp));
});
socket.on("roomMessage", ({ userId, message, timestamp }) => {
  if (userId !== socket.id) {
    room.addMessage(guest(userId), message ?? "", new Date(timestamp));
  }
});
socket.on("userJoined", ({ userId }) => room.addNote(`${guest(userId)} joined.`));
socket.on("userLeft", ({ userId }) => room.addNote(`${guest(userId)} left.`));

/** Rooms tell ids, not names. */
function guest(userId) {
  return `Guest ${userId.slice(0, 5)}`;
}

// ---- what the user does

const nameField = element("name");
nameField.value = sessionStorage.getItem("name") ?? `Guest ${Math.floor(1000 + Math.random() * 9000)}`;
nameField.addEventListener("change", () => sessionStorage.setItem("name", nameField.value));

element("send").addEventListener("submit", async (submit) => {
  submit.preventDefault();
  const field = element("text");
  const text = field.value;
  field.value = "";
  element("notice").textContent = "";

  const username = nameField.value.trim();
  const line = shown.addMessage((shown === everyone && username) || "You", text, new Date());
  line.classList.add("mine");
  line.scrollIntoView({ block: "nearest" });
  const state = line.querySelector(".state");
  state.textContent = "Sending…";
  try {
    await (shown === room
      ? ask("roomMessage", { roomId, message: text })
      : ask("message", { text, username }));
    state.textContent = "Sent";
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
  element("notice").textContent = "";
  try {
    if (wanted !== roomId) {
      await leaveRoom();
      await ask("joinRoom", wanted);
      roomId = wanted;
      room.label.textContent = wanted;
      room.addNote(`You joined ${wanted}.`);
    }
    field.value = "";
    show(room);
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
  await ask("leaveRoom", roomId);
  roomId = null;
  room.lines.replaceChildren();
  show(everyone);
}

showConnection();
