// The stock client against the demo's gateways for everyone: node gateways.js <url>

import assert from "node:assert/strict";
import { assertRecent, overEachTransport } from "./guest.js";
import { runAll } from "./scenarios.js";

const over = (name, run) => overEachTransport(process.argv[2], name, run);

over("a message reaches everyone but its sender", async (arrive) => {
  const [ada, bob, eve] = [await arrive(), await arrive(), await arrive()];
  assert.deepEqual(await ada.ask("message", { text: "ahoy", username: "ada" }), { success: true });
  for (const other of [bob, eve]) {
    const [event, data, ...more] = await other.next();
    assert.equal(event, "message");
    assertRecent(data.timestamp);
    assert.deepEqual(data, { text: "ahoy", username: "ada", timestamp: data.timestamp });
    assert.deepEqual(more, []);
  }
  await ada.hearsNothingBefore(bob);
});

over("a message without text is refused", async (arrive) => {
  const [ada, bob] = [await arrive(), await arrive()];
  const refusal = { status: "error", message: "Message text is required" };
  for (const text of [undefined, null, "", " \n"]) {
    assert.deepEqual(await ada.ask("message", { text, username: "ada" }), refusal);
  }
  ada.tell("message", { username: "ada" });
  assert.deepEqual(await ada.next(), ["exception", refusal]);
  await bob.hearsNothingBefore(ada);
});

over("payloads of another type are refused", async (arrive) => {
  const ada = await arrive();
  for (const [event, ...data] of [
    ["message", "ahoy"],
    ["message", [1]],
    ["message"],
    ["message", null],
    ["message", { text: { not: "a string" } }],
    ["joinRoom"],
    ["joinRoom", { id: 1 }],
    ["leaveRoom", ["a"]],
    ["roomMessage", "ahoy"],
  ]) {
    const answer = await ada.ask(event, ...data);
    assert.equal(answer.status, "error", JSON.stringify([event, ...data]));
    assert.match(answer.message, new RegExp(`^${event}(\\.\\w+)? expects an? `));
  }
  assert.deepEqual(await ada.ask("message", { text: "still here" }), { success: true });
});

over("who joins a room is announced to the others in it", async (arrive) => {
  const [ada, bob, eve] = [await arrive(), await arrive(), await arrive()];
  assert.deepEqual(await ada.ask("joinRoom", "harbour"), { joined: "harbour" });
  assert.deepEqual(await bob.ask("joinRoom", "harbour"), { joined: "harbour" });
  assert.deepEqual(await ada.next(), ["userJoined", { userId: bob.id, roomId: "harbour" }]);
  await bob.hearsNothingBefore(ada);
  await eve.next(); // the marker
  await eve.hearsNothingBefore(bob);
});

over("who leaves a room is announced to the rest", async (arrive) => {
  const [ada, bob, eve] = [await arrive(), await arrive(), await arrive()];
  await ada.ask("joinRoom", "harbour");
  await bob.ask("joinRoom", "harbour");
  await ada.next(); // userJoined
  assert.deepEqual(await bob.ask("leaveRoom", "harbour"), { left: "harbour" });
  assert.deepEqual(await ada.next(), ["userLeft", { userId: bob.id }]);
  assert.deepEqual(await eve.ask("leaveRoom", "harbour"), { left: "harbour" });
  await ada.hearsNothingBefore(eve);
  assert.deepEqual(await bob.ask("roomMessage", { roomId: "harbour", message: "still there?" }), {
    error: "Not a member of this room",
  });
});

over("a room message reaches everyone in the room, the sender too", async (arrive) => {
  const [ada, bob, eve] = [await arrive(), await arrive(), await arrive()];
  await ada.ask("joinRoom", "harbour");
  await bob.ask("joinRoom", "harbour");
  await ada.next(); // userJoined
  assert.deepEqual(await bob.ask("roomMessage", { roomId: "harbour", message: "land" }), { sent: true });
  for (const member of [ada, bob]) {
    const [event, data] = await member.next();
    assert.equal(event, "roomMessage");
    assertRecent(data.timestamp);
    assert.deepEqual(data, { userId: bob.id, message: "land", timestamp: data.timestamp });
  }
  await eve.hearsNothingBefore(ada);
});

over("a room message of no member is refused and reaches nobody", async (arrive) => {
  const [ada, eve] = [await arrive(), await arrive()];
  await ada.ask("joinRoom", "harbour");
  for (const roomId of ["harbour", "nowhere", ada.id, null]) {
    assert.deepEqual(await eve.ask("roomMessage", { roomId, message: "boo" }), {
      error: "Not a member of this room",
    });
  }
  await ada.hearsNothingBefore(eve);
});

over("a room named like a socket's id is not that socket", async (arrive) => {
  const [ada, eve] = [await arrive(), await arrive()];
  await eve.ask("joinRoom", ada.id);
  assert.deepEqual(await eve.ask("roomMessage", { roomId: ada.id, message: "boo" }), { sent: true });
  assert.equal((await eve.next())[0], "roomMessage");
  await ada.hearsNothingBefore(eve);
  await eve.hearsNothingBefore(ada);
});

over("who enters learns who is here, and then who comes, moves and goes", async (arrive) => {
  const [ada, bob] = [await arrive(), await arrive()];
  await bob.ask("roomMessage", { roomId: "nowhere", message: "" }); // once answered, his arrival has been told
  const { you, people, node } = await ada.ask("enter", { name: "Ada" });
  assert.deepEqual(you, { userId: ada.id, name: "Ada", signedIn: false, rooms: [] });
  const guest = { userId: bob.id, name: `Guest ${bob.id.slice(0, 4)}`, signedIn: false, rooms: [] };
  assert.deepEqual(people.filter(({ userId }) => userId === ada.id), [you]);
  assert.deepEqual(people.filter(({ userId }) => userId === bob.id), [guest]);
  assert.match(node, /^node on port \d+$/);
  await bob.ask("enter", { name: "Bob" });
  await bob.ask("joinRoom", "harbour");
  await bob.ask("leaveRoom", "harbour");
  const bobs = { ...guest, name: "Bob" };
  /** The guests of the scenario before may be leaving still. */
  const nextOfUs = async () => {
    const event = await ada.next();
    return event[0] === "personLeft" && ![ada.id, guest.userId].includes(event[1].userId) ? nextOfUs() : event;
  };
  for (const person of [bobs, { ...bobs, rooms: ["harbour"] }, bobs]) {
    assert.deepEqual(await nextOfUs(), ["person", person]);
  }
  bob.socket.disconnect();
  assert.deepEqual(await nextOfUs(), ["personLeft", { userId: guest.userId }]);
});

over("nobody enters with a bad name or token", async (arrive) => {
  const ada = await arrive();
  for (const name of [undefined, null, "", "<b>Ada</b>", "A".repeat(41)]) {
    const answer = await ada.ask("enter", { name });
    assert.equal(answer.status, "error");
    assert.match(answer.message, /^"name" must be 1 to 40 letters/);
  }
  assert.deepEqual(await ada.ask("enter", { token: "x", name: "Ada" }), { status: "error", message: "Invalid token" });
});

over("who has entered is told which room a message is for", async (arrive) => {
  const [ada, bob] = [await arrive(), await arrive()];
  await ada.ask("joinRoom", "early"); // before entering: as in the guide
  await ada.ask("enter", { name: "Ada" });
  await ada.ask("joinRoom", "harbour");
  for (const roomId of ["early", "harbour"]) {
    await bob.ask("joinRoom", roomId);
    await bob.ask("roomMessage", { roomId, message: "land" });
  }
  const heard = [];
  while (heard.length < 2) {
    const [event, data, ...more] = await ada.next();
    if (event === "roomMessage") {
      assert.equal(data.userId, bob.id);
      heard.push(more);
    }
  }
  assert.deepEqual(heard, [[], ["harbour"]]);
});

await runAll();
process.exit(0);
