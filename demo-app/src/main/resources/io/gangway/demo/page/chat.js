// The chat with everyone, the rooms, and the connection.

import { Conversation, complain, dismissNotice, element, stopComplaining } from "./conversation.js";
import { enter, isMe, nameOf, namesOf, onPeople, others } from "./people.js";
import { ask, chat, manager } from "./server.js";
import { identity, signedOut, username } from "./session.js";

const REFRESH_EVERY = 60_000; // milliseconds; a node that crashed announces nobody's leaving

const everyone = new Conversation({
  title: "Everyone",
  list: "everyone",
  hint: "No messages yet. Open this page in a second window and say hello. If your connection is lost for less than two minutes, you get what you missed.",
  about: () => {
    const count = namesOf(others()).length;
    return count === 0 ? "Nobody else is here." : `${count + 1} people are here.`;
  },
  send: async (text) => {
    await ask(chat, "message", { text, username: username() });
    return others().length === 0 ? "Sent, but nobody else is here" : undefined;
  },
});

chat.on("message", ({ text, username: author, timestamp }) => {
  everyone.addMessage({ author: author || "Somebody", text, time: new Date(timestamp) });
});

// ---- rooms: those in which somebody is, and those that the user has joined

const rooms = new Map(); // conversations by room id
const joined = new Set();

const members = (roomId) => others().filter((person) => person.rooms.includes(roomId));

function roomOf(roomId) {
  if (!rooms.has(roomId)) {
    rooms.set(
      roomId,
      new Conversation({
        title: roomId,
        list: "rooms",
        about: () => {
          const names = namesOf(members(roomId));
          return names.length === 0 ? "Nobody else is in this room." : `With you: ${names.join(", ")}`;
        },
        send: async (message) => {
          await ask(chat, "roomMessage", { roomId, message });
          return members(roomId).length === 0 ? "Sent, but nobody else is in this room" : undefined;
        },
        open: () => joinRoom(roomId),
        leave: () => leaveRoom(roomId),
      }),
    );
  }
  return rooms.get(roomId);
}

async function joinRoom(roomId) {
  if (joined.has(roomId)) {
    return;
  }
  joined.add(roomId);
  try {
    await ask(chat, "joinRoom", roomId);
    listRooms();
    roomOf(roomId).addNote(`You joined ${roomId}.`);
  } catch (problem) {
    joined.delete(roomId);
    throw problem;
  }
}

async function leaveRoom(roomId) {
  await ask(chat, "leaveRoom", roomId);
  joined.delete(roomId);
  closeRoom(roomId);
  listRooms();
}

function closeRoom(roomId) {
  rooms.get(roomId).remove();
  rooms.delete(roomId);
}

function listRooms() {
  const existing = new Set(others().flatMap((person) => person.rooms));
  existing.forEach(roomOf);
  for (const roomId of rooms.keys()) {
    if (!existing.has(roomId) && !joined.has(roomId)) {
      closeRoom(roomId);
    }
  }
  rooms.forEach((room, roomId) => (room.remark.textContent = joined.has(roomId) ? "" : "join"));
}

// The second argument names the room, for those who have entered.
chat.on("roomMessage", ({ userId, message, timestamp }, roomId) => {
  if (userId !== chat.id) {
    roomOf(roomId).addMessage({ author: nameOf(userId), text: message ?? "", time: new Date(timestamp) });
  }
});

onPeople((before, after) => {
  listRooms();
  const person = after ?? before;
  if (person && !isMe(person)) {
    for (const roomId of joined) {
      const [was, is] = [before, after].map((at) => at?.rooms.includes(roomId) ?? false);
      if (was !== is) {
        roomOf(roomId).addNote(`${person.name} ${is ? "joined" : "left"}.`);
      }
    }
  }
  Conversation.refresh();
});

// ---- the connection

let wasConnected = false;
let node = "";

function showConnection() {
  const badge = element("connection");
  const wait = wasConnected ? "reconnecting" : "connecting";
  badge.dataset.state = chat.connected ? "connected" : chat.active ? wait : "disconnected";
  badge.textContent = chat.connected
    ? `Connected · ${manager.engine.transport.name}${node && ` · ${node}`}`
    : { connecting: "Connecting…", reconnecting: "Connection lost. Reconnecting…", disconnected: "Disconnected" }[
        badge.dataset.state
      ];
}

chat.on("connect", async () => {
  manager.engine.on("upgrade", showConnection);
  showConnection();
  const before = Conversation.received;
  try {
    await introduce(); // the server sends what was missed before it answers
    for (const roomId of joined) {
      await ask(chat, "joinRoom", roomId); // a restarted server does not know its members
    }
    if (wasConnected) {
      Conversation.shown.addNote(chat.recovered ? welcomeBack(Conversation.received - before) : welcomeAgain());
    }
    wasConnected = true;
  } catch (problem) {
    complain(problem);
  }
});
const welcomeAgain = () => `Connected again as ${username()}. You may have missed messages.`;
const welcomeBack = (came) =>
  `Back as ${username()}, nothing missed${came === 0 ? "" : `: ${came} ${came === 1 ? "message" : "messages"} came meanwhile`}.`;

chat.on("disconnect", showConnection);
chat.on("connect_error", showConnection);

/** Tells the server who the user is; a restarted server may not accept the token any more. */
async function introduce() {
  const asked = identity();
  try {
    node = await enter(asked);
  } catch (problem) {
    if (!asked.token || !chat.connected) {
      throw problem;
    }
    signedOut();
    node = await enter(identity());
  }
  showConnection();
}

setInterval(() => chat.connected && enter(identity()).catch(() => {}), REFRESH_EVERY); // the next one may succeed

// ---- the user's actions

element("send").addEventListener("submit", (submit) => {
  submit.preventDefault();
  stopComplaining();
  const field = element("text");
  if (field.value.trim() !== "") {
    Conversation.shown.post(field.value);
    field.value = "";
  }
});

element("join").addEventListener("submit", (submit) => {
  submit.preventDefault();
  const field = element("room");
  const roomId = field.value.trim();
  if (roomId !== "") {
    field.value = "";
    roomOf(roomId).choose().then(listRooms); // closes it again if it could not be joined
  }
});

element("leave").addEventListener("click", () => {
  stopComplaining();
  Conversation.shown.leave().then(() => element("text").focus(), complain);
});

// On a phone the list of conversations covers the messages.
const list = (open) => {
  document.body.classList.toggle("listing", open);
  element("menu").setAttribute("aria-expanded", String(open));
};
element("menu").addEventListener("click", () => {
  list(true);
  document.querySelector("nav [aria-current]").focus();
});
document.addEventListener("conversation", () => list(false));
element("back").addEventListener("click", closeList);
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") {
    dismissNotice();
    closeList();
  }
});

function closeList() {
  if (document.body.classList.contains("listing")) {
    list(false);
    element("menu").focus();
  }
}

chat.connect();
showConnection();
