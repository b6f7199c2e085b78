// The Socket.IO Admin UI in Chromium, of a server in production mode and of one that administrators can only look at:
// node modes.js <url in production> <url of the other> <directory for screenshots> <password>

import assert from "node:assert/strict";
import { once } from "node:events";
import { io } from "socket.io-client";
import { adminPages } from "./admin-pages.js";
import { launch } from "./browser.js";
import { runAll, scenario } from "./scenarios.js";

const [production, readOnly, screenshots, password] = process.argv.slice(2);

const browser = await launch();

async function client(url, closeAtEnd) {
  const socket = io(url, { forceNew: true, reconnection: false });
  closeAtEnd(() => socket.disconnect());
  await once(socket, "connect");
  return socket;
}

scenario("in production mode servers and numbers are shown, and nobody's socket", async (closeAtEnd) => {
  await client(production, closeAtEnd);
  const { openAsAdmin, picture } = adminPages({ browser, url: production, screenshots, password });
  const { page, complaints } = await openAsAdmin(closeAtEnd);
  await page.getByRole("row", { name: "/deck 0" }).waitFor();
  await page.getByRole("row", { name: "/ 1", exact: true }).waitFor();
  await picture(page, "production");
  assert.deepEqual(await page.getByRole("navigation").getByRole("link").allInnerTexts(), ["Dashboard", "Servers"]);
  await page.getByRole("link", { name: "Servers" }).click();
  await page.getByRole("cell", { name: "in production" }).waitFor();
  await picture(page, "production-servers");
  assert.deepEqual(complaints, []);
});

scenario("who may only look can see a socket, and has no button to disconnect it", async (closeAtEnd) => {
  const socket = await client(readOnly, closeAtEnd);
  const { openAsAdmin, picture } = adminPages({ browser, url: readOnly, screenshots, password });
  const { page, complaints } = await openAsAdmin(closeAtEnd);
  await page.getByRole("link", { name: "Sockets" }).click();
  const row = page.getByRole("row", { name: socket.id });
  await row.waitFor();
  assert.equal(await row.getByRole("button").count(), 0);
  await picture(page, "read-only");
  await page.getByRole("cell", { name: socket.id }).click();
  await page.getByText("Initial HTTP request").waitFor();
  assert.equal(await page.getByRole("button", { name: "Disconnect" }).count(), 0);
  await page.getByLabel("Join a room").fill("galley"); // the page offers this to everybody
  await page.locator("form button[type=submit]").filter({ visible: true }).click();
  await page.getByRole("link", { name: "Events" }).click();
  socket.emit("look"); // what the page has sent is on its way for longer
  await page.getByText("Event received").first().waitFor();
  await page.getByRole("link", { name: "Rooms" }).click();
  await page.getByText("Show private rooms?").click();
  await page.getByRole("cell", { name: socket.id }).first().waitFor();
  assert.equal(await page.getByRole("cell", { name: "galley" }).count(), 0);
  assert.ok(socket.connected);
  assert.deepEqual(complaints, []);
});

await runAll();
await browser.close();
process.exit(0);
