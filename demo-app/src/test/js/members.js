// The stock client against the demo's gateways for those with a token: node members.js <url> <JWT_SECRET>

import assert from "node:assert/strict";
import { assertRecent, overEachTransport } from "./guest.js";
import { routes } from "./routes.js";
import { runAll } from "./scenarios.js";
import { forger, inSeconds } from "./tokens.js";

const [url, secret] = process.argv.slice(2);
const forge = forger(secret);
const { tokenOf, notify } = routes(url);
const over = (name, run) => overEachTransport(url, name, run);

let count = 0;

/** A user of whom nobody has heard, because each is limited on all sockets together. */
const someone = () => `Someone ${++count}`;

over("nobody gets in without a token that is good", async (arrive) => {
  const refused = (message) => (error) => {
    assert.equal(error.message, message);
    return true;
  };
  for (const namespace of ["/secure", "/notifications"]) {
    for (const options of [{}, { auth: {} }, { auth: { token: "" } }, { query: { token: await tokenOf("ada") } }]) {
      await assert.rejects(arrive(namespace, options), refused("Missing authentication token"));
    }
    for (const token of [
      "abc",
      42,
      `${await tokenOf("ada")}x`,
      forge({ sub: "ada", exp: inSeconds(60) }, { key: "another secret of thirty-two bytes" }),
      forge({ sub: "ada", exp: inSeconds(60) }, { alg: "none" }),
      forge({ sub: "ada" }),
      forge({ exp: inSeconds(60) }),
    ]) {
      await assert.rejects(arrive(namespace, { auth: { token } }), refused("Invalid token"));
    }
    const expired = forge({ sub: "ada", exp: inSeconds(-1) });
    await assert.rejects(arrive(namespace, { auth: { token: expired } }), refused("Token expired"));
  }
});

over("a token is taken from auth, else from the header", async (arrive) => {
  const bearer = async (name) => ({ Authorization: `Bearer ${await tokenOf(name)}` });
  const bob = await arrive("/secure", { extraHeaders: await bearer("bob") });
  assert.deepEqual(await bob.ask("privateMessage"), { from: "bob" });
  const ada = await arrive("/secure", { auth: { token: await tokenOf("ada") }, extraHeaders: await bearer("bob") });
  assert.deepEqual(await ada.ask("privateMessage"), { from: "ada" });
});

over("a private message is answered with whom its token says it is from", async (arrive) => {
  const ada = await arrive("/secure", { auth: { token: await tokenOf("Ada O'Neill-Łukasz 2") } });
  for (const data of [[], ["ahoy"], [null], [{ from: "eve" }], [[1]], [Buffer.from([1, 2])]]) {
    assert.deepEqual(await ada.ask("privateMessage", ...data), { from: "Ada O'Neill-Łukasz 2" });
  }
});

over("a user subscribes to nobody else's notifications", async (arrive) => {
  const name = someone();
  const ada = await arrive("/notifications", { auth: { token: await tokenOf(name) } });
  assert.deepEqual(await ada.ask("subscribe", name), { subscribed: true });
  const message = `You can subscribe only to your own notifications, as "${name}"`;
  for (const other of ["Bob", "", name.toLowerCase(), ` ${name}`, ada.id]) {
    assert.deepEqual(await ada.ask("subscribe", other), { status: "error", message });
  }
  for (const data of [[], [null], [{ user: name }], [[name]]]) {
    const answer = await ada.ask("subscribe", ...data);
    assert.equal(answer.status, "error");
    assert.match(answer.message, /^subscribe expects a /);
  }
});

over("a failure that no callback waits for comes as the event error", async (arrive) => {
  const ada = await arrive("/notifications", { auth: { token: await tokenOf("ada") } });
  ada.tell("subscribe", "bob");
  const [event, data] = await ada.next();
  assert.equal(event, "error");
  assertRecent(data.timestamp);
  assert.deepEqual(data, {
    status: "error",
    error: { message: 'You can subscribe only to your own notifications, as "ada"' },
    timestamp: data.timestamp,
  });
});

over("a notification reaches all sockets of its user, and nobody else's", async (arrive) => {
  const tokens = { ada: await tokenOf("ada"), bob: await tokenOf("bob") };
  const arriveAs = async (name) => {
    const guest = await arrive("/notifications", { auth: { token: tokens[name] } });
    await guest.ask("subscribe", name);
    return guest;
  };
  const [desk, phone, bob] = [await arriveAs("ada"), await arriveAs("ada"), await arriveAs("bob")];
  await bob.ask("subscribe", "ada"); // in vain
  assert.deepEqual(await notify(tokens.ada, "Cast off"), { notified: "ada" });
  for (const device of [desk, phone]) {
    const [event, data] = await device.next();
    assert.equal(event, "notification");
    assertRecent(data.timestamp);
    assert.deepEqual(data, { text: "Cast off", timestamp: data.timestamp });
  }
  await notify(tokens.bob, "Ahoy");
  assert.equal((await bob.next())[1].text, "Ahoy"); // and nothing before
});

over("a direct message reaches its recipient, and the sender's other devices", async (arrive) => {
  const [adas, bobs] = [someone(), someone()];
  const [ada, phone, bob] = await Promise.all(
    [adas, adas, bobs].map(async (name) => arrive("/secure", { auth: { token: await tokenOf(name) } })),
  );
  bob.socket.on("directMessage", (message, confirm) => confirm());
  assert.deepEqual(await ada.ask("directMessage", { to: bobs, text: "ahoy" }), { delivered: true });
  for (const device of [bob, phone]) {
    const [event, data] = await device.next();
    assert.equal(event, "directMessage");
    assertRecent(data.timestamp);
    assert.deepEqual(data, { from: adas, to: bobs, text: "ahoy", timestamp: data.timestamp });
  }
});

over("a direct message to nobody is not delivered, and needs a text", async (arrive) => {
  const ada = await arrive("/secure", { auth: { token: await tokenOf(someone()) } });
  assert.deepEqual(await ada.ask("directMessage", { to: "Nobody", text: "ahoy" }), { delivered: false });
  for (const [message, text] of [
    [{ to: "Bob" }, "Message text is required"],
    [{ to: "Bob", text: " " }, "Message text is required"],
    [{ text: "ahoy" }, "Message recipient is required"],
  ]) {
    assert.deepEqual(await ada.ask("directMessage", message), { status: "error", message: text });
  }
});

over("who sends too much is told so, and to wait", async (arrive) => {
  const name = someone();
  const eager = await arrive("/secure", { auth: { token: await tokenOf(name) } });
  const answers = await Promise.all(Array.from({ length: 100 }, () => eager.ask("privateMessage")));
  assert.deepEqual(answers[0], { from: name });
  const refused = answers.filter((answer) => answer.message === "Too many requests");
  assert.ok(refused.length > 0);
  assert.ok(refused.every(({ status, data }) => status === "error" && data.retryAfter > 0));
});

/** With a token that expires in so many seconds; with one of more, if it has expired on the way. */
async function arriveBefore(seconds, arriveWith) {
  try {
    return await arriveWith(forge({ sub: "ada", exp: inSeconds(seconds) }));
  } catch (refused) {
    assert.equal(refused.message, "Token expired");
    return arriveBefore(2 * seconds, arriveWith);
  }
}

over("a token that expires can be renewed in mid-connection, by the same user's", async (arrive) => {
  const ada = await arriveBefore(2, (token) => arrive("/secure", { auth: { token } }));
  assert.deepEqual(await ada.next(), ["auth_expired"]);
  assert.deepEqual(await ada.ask("reauth", await tokenOf("bob")), { status: "error", message: "Invalid token" });
  assert.deepEqual(await ada.ask("reauth", await tokenOf("ada")), { status: "ok" });
  assert.deepEqual(await ada.ask("privateMessage"), { from: "ada" });
});

await runAll();
process.exit(0);
