// The user's session: signing in, private messages and notifications.

import { Conversation, complain, element, stopComplaining } from "./conversation.js";
import { ask, manager, post } from "./server.js";

let user = null; // null while nobody is signed in
let token = null;

const auth = (answer) => answer({ token }); // called each time a socket connects
const secure = manager.socket("/secure", { auth });
const notifications = manager.socket("/notifications", { auth });

const mine = new Conversation("mine", {
  placeholder: () => "Private message, or a notification",
  buttons: [element("notify"), element("break")],
  send: async (text) => {
    const { from } = await ask(secure, "privateMessage", text);
    return `Sent; the server confirms that it is from ${from}`;
  },
});

for (const socket of [secure, notifications]) {
  socket.on("connect_error", (problem) => {
    // An active socket could not reach the server and will retry.
    if (!socket.active) {
      signOut();
      complain(new Error(`${socket.nsp} refused you: ${problem.message}`));
    }
  });
  socket.on("auth_expired", async () => {
    try {
      token = await fetchToken(user);
      await ask(socket, "reauth", token);
      mine.addNote(`Your token expired; ${socket.nsp} has accepted a new one.`);
    } catch (problem) {
      complain(problem);
    }
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io server disconnect") {
      signOut();
      complain(new Error(`${socket.nsp} signed you out`));
    }
  });
}

secure.on("connect", () => mine.addNote(`Signed in as ${user}.`));
notifications.on("connect", async () => {
  try {
    await ask(notifications, "subscribe", user);
    mine.addNote("You get notifications in all tabs in which you are signed in.");
  } catch (problem) {
    complain(problem);
  }
});
notifications.on("notification", ({ text, timestamp }) => {
  mine.addMessage("Notification", text, new Date(timestamp));
});

async function fetchToken(name) {
  return (await post("token", { name })).token;
}

// ---- the user's actions

const nameField = element("name");
const button = element("sign");

element("identity").addEventListener("submit", async (submit) => {
  submit.preventDefault();
  stopComplaining();
  if (user !== null) {
    signOut();
    return;
  }
  const name = nameField.value.trim();
  button.disabled = true;
  try {
    token = await fetchToken(name);
    signIn(name);
  } catch (problem) {
    complain(problem);
  }
  button.disabled = false;
});

function signIn(name) {
  user = name;
  nameField.readOnly = true;
  button.textContent = "Sign out";
  mine.open("Private");
  mine.show();
  secure.connect();
  notifications.connect();
}

function signOut() {
  secure.disconnect();
  notifications.disconnect();
  user = null;
  token = null;
  nameField.readOnly = false;
  button.textContent = "Sign in";
  mine.close();
}

element("notify").addEventListener("click", async () => {
  const field = element("text");
  stopComplaining();
  try {
    await post("notifications", { text: field.value }, { Authorization: `Bearer ${token}` });
    field.value = "";
  } catch (problem) {
    complain(problem);
  }
});

element("break").addEventListener("click", () => {
  token += "x"; // the signature no longer matches
  for (const socket of [secure, notifications]) {
    socket.disconnect().connect();
  }
});
