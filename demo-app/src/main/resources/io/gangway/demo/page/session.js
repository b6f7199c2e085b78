// Who the user is: a guest, or signed in; and what only those who are signed in have: messages to one person, and
// notes to themselves.

import { Conversation, complain, dismissNotice, element } from "./conversation.js";
import { enter, namesOf, onPeople, others } from "./people.js";
import { ask, chat, manager, post } from "./server.js";

const guest = `Guest ${Math.floor(1000 + Math.random() * 9000)}`;
let user = null; // null while nobody is signed in
let lastUser = null;
let token = null;

export const username = () => user ?? guest;
export const identity = () => (token ? { token } : { name: guest });

const auth = (answer) => answer({ token }); // called each time a socket connects
const secure = manager.socket("/secure", { auth });
const notifications = manager.socket("/notifications", { auth });

for (const socket of [secure, notifications]) {
  socket.on("connect_error", () => {
    // An active socket could not reach the server and will retry; any other was refused.
    if (!socket.active) {
      refused();
    }
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io server disconnect") {
      refused();
    }
  });
  socket.on("auth_expired", async () => {
    try {
      token = await fetchToken(user);
      await ask(socket, "reauth", token);
    } catch (problem) {
      complain(problem);
    }
  });
}

async function fetchToken(name) {
  return (await post("token", { name })).token;
}

// ---- private messages

const privates = new Map(); // conversations by name

function privateWith(name) {
  if (!privates.has(name)) {
    privates.set(
      name,
      new Conversation({
        title: name,
        list: "people",
        hint: `Only ${name} will read what you write here, on every device that is signed in.`,
        about: () => {
          const open = user ? "Private." : `Private. Sign in to write to ${name}.`;
          return isHere(name) ? open : `Private. ${name} is not here.`;
        },
        send: async (text) => {
          if (!user) {
            throw new Error(`sign in to write to ${name}.`);
          }
          const { delivered } = await ask(secure, "directMessage", { to: name, text });
          if (!delivered) {
            throw new Error(`${name} is not here.`);
          }
          return "Delivered";
        },
      }),
    );
  }
  return privates.get(name);
}

const isHere = (name) => others().some((person) => person.signedIn && person.name === name);

secure.on("directMessage", ({ from, to, text, timestamp }, confirm) => {
  const mine = from === user;
  privateWith(mine ? to : from).addMessage({ author: mine ? "You" : from, text, time: new Date(timestamp), mine });
  // Our own messages ask for no confirmation: they end in their place in the history, a text.
  if (typeof confirm === "function") {
    confirm(true);
  }
});

// ---- notes to oneself, which come to all tabs as notifications

let notes = null;

function notesOf(name) {
  return new Conversation({
    title: `${name} (you)`,
    list: "self",
    hint: "Notes to yourself come to every device on which you are signed in.",
    about: () => "Only you.",
    send: async (text, line) => {
      if (!user) {
        throw new Error("sign in to write to yourself.");
      }
      await post("notifications", { text }, { Authorization: `Bearer ${token}` });
      line.remove(); // it comes as a notification
    },
  });
}

notifications.on("notification", ({ text, timestamp }) => {
  notes?.addMessage({ author: "You", text, time: new Date(timestamp), mine: true });
});

// ---- the list of people

onPeople(() => {
  const guests = others().filter((person) => !person.signedIn);
  element("guests").replaceChildren(
    ...guests.map(({ name }) => {
      const line = element("guest").content.firstElementChild.cloneNode(true);
      line.querySelector(".label").textContent = name;
      return line;
    }),
  );
  namesOf(others().filter((person) => person.signedIn)).forEach(privateWith);
  for (const [name, conversation] of privates) {
    conversation.entry.classList.toggle("away", !isHere(name));
    conversation.remark.textContent = isHere(name) ? "" : "away";
    if (!isHere(name) && conversation.isEmpty && conversation !== Conversation.shown) {
      forget(name);
    }
  }
});

function forget(name) {
  privates.get(name).remove();
  privates.delete(name);
}

// ---- signing in and out

const nameField = element("name");

element("identity").addEventListener("submit", (submit) => {
  submit.preventDefault();
  submitIdentity(nameField.value.trim());
});

/** Signs in under this name, or out. */
async function submitIdentity(name) {
  dismissNotice();
  element("sign").disabled = true;
  try {
    if (user) {
      endSession();
      forgetPrivate();
      await enter(identity());
    } else {
      await signIn(name);
    }
  } catch (problem) {
    complain(problem);
  }
  element("sign").disabled = false;
  showUser();
}

/** The conversation that is shown stays: signing in does not change where the next message goes. */
async function signIn(name) {
  token = await fetchToken(name);
  user = name;
  try {
    await enter(identity());
  } catch (problem) {
    endSession();
    throw problem;
  }
  if (name !== lastUser) {
    forgetPrivate(); // somebody else's
  }
  lastUser = name;
  notes ??= notesOf(name);
  notes.remark.textContent = "notes";
  secure.connect();
  notifications.connect();
}

function endSession() {
  secure.disconnect();
  notifications.disconnect();
  user = null;
  token = null;
}

function forgetPrivate() {
  notes?.remove();
  notes = null;
  for (const [name, conversation] of privates) {
    if (!conversation.isEmpty) {
      forget(name);
    }
  }
}

/** The server does not accept the token. Conversations stay, so that nothing private goes to somebody else. */
export function signedOut() {
  if (user) {
    const name = user;
    endSession();
    showUser();
    const why = "the server has restarted, or your sign-in is too old";
    complain(new Error(`You are not signed in as ${name} any more: ${why}.`), {
      label: `Sign in as ${name}`,
      act: () => {
        element("text").focus(); // the button goes
        submitIdentity(name);
      },
    });
  }
}

function refused() {
  signedOut();
  if (chat.connected) {
    enter(identity()).catch(complain);
  }
}

function showUser() {
  element("me").textContent = username();
  element("sign").textContent = user ? "Sign out" : "Sign in";
  element("identity").classList.toggle("signed-in", Boolean(user));
  notes?.entry.classList.toggle("away", !user);
}

nameField.value = sessionStorage.getItem("name") ?? "";
nameField.addEventListener("change", () => sessionStorage.setItem("name", nameField.value));
showUser();
