// Stock clients on two nodes of one cluster: node cluster.js <url of A> <url of B>

import assert from "node:assert/strict";
import { assertRecent, Guest } from "./guest.js";
import { routes } from "./routes.js";
import { runAll, scenario } from "./scenarios.js";

const [a, b] = process.argv.slice(2);

/** Makes a scenario of two ways to connect; run gets what connects a guest: arrive(node, namespace = "/", options = {}). */
function across(name, run) {
  for (const transport of ["polling", "websocket"]) {
    scenario(`${name}, over ${transport}`, (leaveAtEnd) =>
      run((node, namespace = "/", options = {}) =>
        Guest.arrive(node + namespace, { transports: [transport], ...options }, leaveAtEnd),
      ),
    );
  }
}

/** Takes events until there is this one. */
async function hears(guest, matches) {
  while (!matches(await guest.next()));
}

/** Says something again and again until it is heard, because nodes that have just started need a while to find each other. */
async function sayUntil(heard, say) {
  const timer = setInterval(say, 100);
  try {
    await heard;
  } finally {
    clearInterval(timer);
  }
}

scenario("the nodes find each other", async (leaveAtEnd) => {
  const guests = [];
  for (const node of [a, b]) {
    const guest = await Guest.arrive(node, { transports: ["websocket"] }, leaveAtEnd);
    await guest.ask("joinRoom", "meeting");
    guests.push(guest);
  }
  for (const [from, to] of [guests, [...guests].reverse()]) {
    await sayUntil(
      hears(to, ([event, data]) => event === "roomMessage" && data.userId === from.id),
      () => from.tell("roomMessage", { roomId: "meeting", message: "anybody there?" }),
    );
  }
});

across("a message reaches everyone on both nodes but its sender", async (arrive) => {
  const [ada, ann, bob, ben] = [await arrive(a), await arrive(a), await arrive(b), await arrive(b)];
  assert.deepEqual(await ada.ask("message", { text: "ahoy", username: "ada" }), { success: true });
  for (const other of [ann, bob, ben]) {
    const [event, data] = await other.next();
    assert.equal(event, "message");
    assertRecent(data.timestamp);
    assert.deepEqual(data, { text: "ahoy", username: "ada", timestamp: data.timestamp });
  }
  await ada.hearsNothingBefore(bob);
  await ben.next(); // bob's marker
  await ben.hearsNothingBefore(ada); // so nothing came twice
});

across("those in a room hear on both nodes who joins and what is said, and nobody else does", async (arrive) => {
  const [ada, eve, bob, eva] = [await arrive(a), await arrive(a), await arrive(b), await arrive(b)];
  const roomId = `harbour ${Math.random()}`;
  await ada.ask("joinRoom", roomId);
  // Once this has come, the other node has heard who joined: later, and bob would hear it as well.
  await ada.ask("message", { text: "on board" });
  for (const other of [eve, bob, eva]) {
    assert.equal((await other.next())[1].text, "on board");
  }
  await bob.ask("joinRoom", roomId);
  assert.deepEqual(await ada.next(), ["userJoined", { userId: bob.id, roomId }]);
  assert.deepEqual(await bob.ask("roomMessage", { roomId, message: "land" }), { sent: true });
  for (const member of [ada, bob]) {
    const [event, data] = await member.next();
    assert.equal(event, "roomMessage");
    assertRecent(data.timestamp);
    assert.deepEqual(data, { userId: bob.id, message: "land", timestamp: data.timestamp });
  }
  // What bob says next comes behind what he said in the room, on both nodes.
  const marker = "said to all";
  await bob.ask("message", { text: marker });
  for (const other of [ada, eve, eva]) {
    assert.equal((await other.next())[1].text, marker);
  }
  assert.deepEqual(await bob.ask("leaveRoom", roomId), { left: roomId });
  assert.deepEqual(await ada.next(), ["userLeft", { userId: bob.id }]);
});

across("a token of one node lets in at the other", async (arrive) => {
  for (const [issuer, other] of [
    [a, b],
    [b, a],
  ]) {
    const token = await routes(issuer).tokenOf("ada");
    const ada = await arrive(other, "/secure", { auth: { token } });
    assert.deepEqual(await ada.ask("privateMessage"), { from: "ada" });
  }
});

across("who has entered sees the people of both nodes, and writes to them", async (arrive) => {
  const [ada, bob] = [await arrive(a), await arrive(b)];
  const name = `Bob ${Math.floor(Math.random() * 1e9)}`;
  const token = await routes(b).tokenOf(name);
  await ada.ask("enter", { name: "Ada" });
  const { people } = await bob.ask("enter", { token });
  assert.equal(people.find(({ userId }) => userId === ada.id)?.name, "Ada");
  await hears(ada, ([event, person]) => event === "person" && person.userId === bob.id && person.signedIn);

  const sender = await arrive(a, "/secure", { auth: { token: await routes(a).tokenOf("Ada") } });
  const recipient = await arrive(b, "/secure", { auth: { token } });
  recipient.socket.on("directMessage", (message, confirm) => confirm());
  assert.deepEqual(await sender.ask("directMessage", { to: name, text: "ahoy" }), { delivered: true });
  assert.equal((await recipient.next())[1].text, "ahoy");
  const { id } = bob; // a client that has left has none
  bob.socket.disconnect();
  await hears(ada, ([event, person]) => event === "personLeft" && person.userId === id);
});

across("a notification asked for at one node reaches its user at both, and nobody else", async (arrive) => {
  const { tokenOf, notify } = routes(a);
  const tokens = { ada: await tokenOf("ada"), bob: await tokenOf("bob") };
  const at = (node, name) => arrive(node, "/notifications", { auth: { token: tokens[name] } });
  const [desk, phone, bob] = [await at(a, "ada"), await at(b, "ada"), await at(b, "bob")];
  const says = (text) => ([event, data]) => event === "notification" && data.text === text;

  const asking = [];
  await sayUntil(hears(phone, says("anybody there?")), () => asking.push(notify(tokens.ada, "anybody there?")));
  await Promise.all(asking); // none of them comes later
  assert.deepEqual(await notify(tokens.ada, "Cast off"), { notified: "ada" });
  await notify(tokens.ada, "That is all");
  for (const device of [desk, phone]) {
    await hears(device, says("Cast off"));
    assert.ok(says("That is all")(await device.next()), "each comes once");
  }
  await notify(tokens.bob, "Ahoy");
  assert.ok(says("Ahoy")(await bob.next()), "and nothing before");
});

await runAll();
process.exit(0);
