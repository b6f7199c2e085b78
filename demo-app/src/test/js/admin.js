// The Socket.IO Admin UI in Chromium, and a stock client that it acts on:
// node admin.js <url> <directory for screenshots> <ADMIN_PASSWORD>

import assert from "node:assert/strict";
import { once } from "node:events";
import { io } from "socket.io-client";
import { adminPages } from "./admin-pages.js";
import { launch } from "./browser.js";
import { runAll, scenario } from "./scenarios.js";

const [url, screenshots, password] = process.argv.slice(2);

const browser = await launch();
const { open, logIn, isIn, openAsAdmin, picture } = adminPages({ browser, url, screenshots, password });

async function client(closeAtEnd) {
  const socket = io(url, { forceNew: true, reconnection: false, query: { token: "hush" }, auth: { token: "hush" } });
  closeAtEnd(() => socket.disconnect());
  await once(socket, "connect");
  return socket;
}

/** An administrator without a page, for the command that the page has no button for. */
async function commander(closeAtEnd) {
  const socket = io(`${url}/admin`, { forceNew: true, auth: { username: "admin", password } });
  closeAtEnd(() => socket.disconnect());
  await once(socket, "connect");
  return socket;
}

scenario("a wrong password is refused, the right one is remembered", async (closeAtEnd) => {
  const { page, complaints } = await open(closeAtEnd);
  await logIn(page, "wrong password");
  await page.getByText("Invalid credentials").waitFor();
  await picture(page, "refused");
  await logIn(page, password);
  await isIn(page);
  await page.getByRole("cell", { name: "/notifications", exact: true }).waitFor();
  await picture(page, "dashboard");
  await page.reload();
  await page.getByRole("cell", { name: "/notifications", exact: true }).waitFor();
  await isIn(page);
  assert.deepEqual(complaints, []);
});

scenario("clients, sockets, rooms and events are shown, without secrets", async (closeAtEnd) => {
  const socket = await client(closeAtEnd);
  const { page, complaints } = await openAsAdmin(closeAtEnd);
  const told = [];
  page.on("websocket", (webSocket) => webSocket.on("framereceived", ({ payload }) => told.push(String(payload))));
  await page.reload(); // with its session, and a WebSocket that is listened to
  await isIn(page);
  await page.getByRole("link", { name: "Sockets" }).click();
  await page.getByRole("cell", { name: socket.id }).click();
  await page.getByText("Initial HTTP request").waitFor();
  await picture(page, "socket");
  socket.emit("message", { text: "Ahoy", username: "Ada" });
  await page.getByRole("link", { name: "Events" }).click();
  await page.getByText("Event received").first().waitFor();
  await page.getByRole("row", { name: "Event received" }).getByRole("button").first().click();
  await page.getByText("Ahoy").first().waitFor();
  await picture(page, "events");
  await page.getByRole("link", { name: "Clients" }).click();
  await page.getByRole("cell", { name: socket.io.engine.id.slice(0, 12) }).click();
  await page.getByText("websocket").first().waitFor();
  await picture(page, "client");
  await page.getByRole("link", { name: "Rooms" }).click();
  await page.getByText("Show private rooms?").click();
  await page.getByRole("cell", { name: socket.id }).click();
  await page.getByText("Private").first().waitFor();
  await picture(page, "room");
  assert.ok(told.length > 0);
  assert.equal(told.find((text) => text.includes("hush") || text.includes(socket.io.engine.id)), undefined);
  assert.deepEqual(complaints, []);
});

scenario("joins, leaves and disconnects reach the client", async (closeAtEnd) => {
  const socket = await client(closeAtEnd);
  const { page } = await openAsAdmin(closeAtEnd);
  const admin = await commander(closeAtEnd);
  const heard = [];
  socket.onAny((event) => heard.push(event));
  const hears = async (room, event) => {
    const heardIt = once(socket, event);
    admin.emit("emit", "/", room, event);
    await heardIt;
  };
  await page.getByRole("link", { name: "Sockets" }).click();
  await page.getByRole("cell", { name: socket.id }).click();
  await page.getByLabel("Join a room").fill("galley");
  await page.locator("form button[type=submit]").filter({ visible: true }).click();
  await page.getByRole("cell", { name: "galley", exact: true }).waitFor();
  await hears("galley", "in the galley");
  await picture(page, "joined");
  await page.getByRole("row", { name: "galley" }).getByRole("button").click();
  await page.getByText("Deleted").first().waitFor(); // the page has gone on to the room's
  admin.emit("emit", "/", "galley", "not for you");
  await hears(socket.id, "for you");
  assert.ok(!heard.includes("not for you"));
  await page.getByRole("link", { name: "Sockets" }).click();
  const gone = once(socket, "disconnect");
  await page.getByRole("row", { name: socket.id }).getByRole("button").click();
  assert.equal((await gone)[0], "io server disconnect");
  await page.getByText(/^disconnected$/).first().waitFor(); // on the socket's page
  await picture(page, "disconnected");
});

await runAll();
await browser.close();
process.exit(0);
