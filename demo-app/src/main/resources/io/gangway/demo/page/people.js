// Who is here, on all nodes of the server.

import { ask, chat } from "./server.js";

const people = new Map(); // by user id: { userId, name, signedIn, rooms }
const listeners = [];
let news = []; // what came while the server was asked for everybody

/** Calls listener(before, after) when somebody comes (no before), changes, or goes (no after); with neither for all. */
export function onPeople(listener) {
  listeners.push(listener);
}

/** Says who the user is, { name } or { token }, and learns who else is here; returns the name of the node. */
export async function enter(identity) {
  news = [];
  const { people: everybody, node } = await ask(chat, "enter", identity);
  people.clear();
  for (const person of everybody) {
    people.set(person.userId, person);
  }
  news.forEach(([userId, person]) => put(userId, person));
  listeners.forEach((listener) => listener());
  return node;
}

chat.on("person", (person) => change(person.userId, person));
chat.on("personLeft", ({ userId }) => change(userId, undefined));

function change(userId, after) {
  const before = people.get(userId);
  news.push([userId, after]);
  put(userId, after);
  listeners.forEach((listener) => listener(before, after));
}

function put(userId, person) {
  if (person) {
    people.set(userId, person);
  } else {
    people.delete(userId);
  }
}

/** Whether this is the user, on this or another device. */
export function isMe({ userId, name, signedIn }) {
  const me = people.get(chat.id);
  return userId === chat.id || Boolean(signedIn && me?.signedIn && name === me.name);
}

/** Everybody but the user; who has several devices is there several times. */
export function others() {
  return [...people.values()].filter((person) => !isMe(person)).sort((a, b) => a.name.localeCompare(b.name));
}

export const namesOf = (persons) => [...new Set(persons.map(({ name }) => name))];
export const nameOf = (userId) => people.get(userId)?.name ?? "Somebody who has left";
