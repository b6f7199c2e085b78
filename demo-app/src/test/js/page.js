// Two tabs of the demo's page in Chromium: node page.js <url> <directory for screenshots>
// To have the server restarted it prints {"please":"restart"} and waits for a line.

import assert from "node:assert/strict";
import { once } from "node:events";
import { bundled, launch } from "./browser.js";
import { runAll, scenario } from "./scenarios.js";

const [url, screenshots] = process.argv.slice(2);

let browser;
try {
  browser = await launch();
} catch (missing) {
  if (bundled) {
    throw missing;
  }
  console.log(JSON.stringify({ missing: String(missing.message).split("\n")[0] }));
  process.exit(0);
}

/** The page in a tab of its own, as a user sees it. */
class Tab {
  constructor(page) {
    this.page = page;
    this.complaints = [];
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") {
        this.complaints.push(message.text());
      }
    });
  }

  static async open(closeAtEnd, name, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1000, height: 640 }, ...options });
    closeAtEnd(() => context.close());
    const tab = new Tab(await context.newPage());
    await tab.page.goto(url);
    await tab.sees("Connected · websocket");
    await tab.page.getByLabel("Your name").fill(name);
    await tab.page.getByLabel("Your name").blur();
    return tab;
  }

  async sees(text) {
    await this.page.getByText(text, { exact: false }).filter({ visible: true }).first().waitFor();
  }

  async seesNot(text) {
    await this.page.getByText(text, { exact: false }).filter({ visible: true }).first().waitFor({ state: "hidden" });
  }

  /** The message with this text, if it is the only one. */
  message(text) {
    return this.page.locator(".message", { hasText: text });
  }

  async says(text) {
    await this.page.getByRole("textbox", { name: "Message" }).fill(text);
    await this.page.getByRole("button", { name: "Send" }).click();
  }

  async joins(room) {
    await this.page.getByLabel("Room", { exact: true }).fill(room);
    await this.page.getByRole("button", { name: "Join" }).click();
    await this.sees(`You joined ${room}.`);
  }
}

scenario("two tabs chat, and the sender sees that a message was sent", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "Ada");
  const bob = await Tab.open(closeAtEnd, "Bob");
  await ada.says("Ahoy, is anybody aboard?");
  const sent = ada.message("Ahoy");
  await sent.getByText("Sent", { exact: true }).waitFor();
  const received = bob.message("Ahoy");
  await received.waitFor();
  assert.equal(await received.locator(".author").textContent(), "Ada");
  await bob.says("Aye!");
  await ada.message("Aye!").waitFor();
  assert.equal(await ada.page.locator(".message").count(), 2); // no echo
  assert.deepEqual([...ada.complaints, ...bob.complaints], []);
});

scenario("what somebody says is text, never markup", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "<b>Ada</b>");
  const bob = await Tab.open(closeAtEnd, "Bob");
  const markup = '<img src="nowhere" onerror="document.title=1"><script>document.title=2</script>';
  await ada.says(markup);
  const received = bob.message("nowhere");
  await received.waitFor();
  assert.equal(await received.locator(".body").textContent(), markup);
  assert.equal(await received.locator(".author").textContent(), "<b>Ada</b>");
  assert.equal(await received.locator("img, script, b").count(), 0);
  assert.equal(await bob.page.title(), "Gangway chat");
});

scenario("an error shows the server's message", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "Ada");
  await ada.says("");
  await ada.sees("Not sent: Message text is required");
  assert.equal(await ada.page.locator(".message.failed").count(), 1);
});

scenario("a room is joined, spoken in and left", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "Ada");
  const bob = await Tab.open(closeAtEnd, "Bob");
  await ada.joins("bridge");
  await bob.joins("bridge");
  await ada.sees(" joined.");
  await bob.says("Who has the helm?");
  await bob.message("helm").getByText("Sent", { exact: true }).waitFor();
  await ada.message("helm").waitFor();
  assert.equal(await bob.page.locator(".message").count(), 1); // the room's echo is not shown twice

  await ada.page.getByRole("button", { name: "Everyone" }).click();
  await bob.says("Hello?");
  await ada.page.getByRole("button", { name: "bridge 1" }).waitFor(); // one unread
  await bob.page.getByRole("button", { name: "Leave" }).click();
  await bob.page.getByRole("button", { name: "bridge" }).waitFor({ state: "hidden" });
  await ada.page.getByRole("button", { name: "bridge 1" }).click();
  await ada.sees(" left.");
});

scenario("after the server was away the page connects again, and is in its room", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "Ada");
  const bob = await Tab.open(closeAtEnd, "Bob");
  await ada.joins("bridge");
  await bob.joins("bridge");
  const noticed = Promise.all([ada.sees("Reconnecting…"), bob.sees("Reconnecting…")]);
  console.log(JSON.stringify({ please: "restart" }));
  await once(process.stdin, "data");
  await noticed;
  for (const tab of [ada, bob]) {
    await tab.sees("Connected · websocket");
    await tab.sees("You are in bridge again.");
  }
  await ada.says("Here we are again.");
  await bob.message("Here we are again.").waitFor();
});

scenario("the page fits a phone, and its text is readable, by day and by night", async (closeAtEnd) => {
  const looks = {
    "wide-light": { viewport: { width: 1000, height: 640 }, colorScheme: "light" },
    "wide-dark": { viewport: { width: 1000, height: 640 }, colorScheme: "dark" },
    "narrow-light": { viewport: { width: 360, height: 680 }, colorScheme: "light", hasTouch: true },
    "narrow-dark": { viewport: { width: 320, height: 640 }, colorScheme: "dark", hasTouch: true },
  };
  const tabs = [];
  for (const [look, options] of Object.entries(looks)) {
    tabs.push([look, await Tab.open(closeAtEnd, look.replace("-", " "), options)]);
  }
  const [ada, bob, cid, dot] = tabs.map(([, tab]) => tab);
  const long = "Supercalifragilistic".repeat(8);
  for (const [tab, text] of [
    [ada, "Ahoy! Who is aboard?"],
    [bob, "Two of us on the bridge, and one below."],
    [cid, long],
    [dot, ""],
    [ada, "Cast off."],
  ]) {
    await tab.says(text);
    await tab.page.locator(".message.mine .state", { hasText: /^(Sent|Not sent)/ }).last().waitFor();
  }
  for (const tab of [ada, bob, cid, dot]) {
    await tab.sees("Cast off.");
    await tab.joins("bridge");
  }
  await ada.says("The bridge is ours.");
  await bob.message("ours").waitFor();
  await bob.page.getByRole("button", { name: "Everyone" }).click();
  await cid.message("ours").waitFor();
  await dot.page.getByRole("button", { name: "Everyone" }).click();
  for (const [look, tab] of tabs) {
    await tab.page.screenshot({ path: `${screenshots}/${look}.png` });
    assert.deepEqual(await tab.page.evaluate(unreadable), [], look);
    const overflow = await tab.page.evaluate(() =>
      [...document.querySelectorAll("html, header, .side, .bar, #send, .log")]
        .filter((each) => each.scrollWidth > each.clientWidth)
        .map((each) => each.id || each.className || each.tagName),
    );
    assert.deepEqual(overflow, [], `${look}: too wide`);
    const bottom = await tab.page.evaluate(() => document.querySelector("#send").getBoundingClientRect().bottom);
    assert.ok(bottom <= tab.page.viewportSize().height, `${look}: the field for messages is off the screen`);
  }
});

/** The visible texts whose contrast is below WCAG's 4.5 to 1; runs in the page. */
function unreadable() {
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const linear = (channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) =>
    0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const color = parse(getComputedStyle(each).backgroundColor);
      if (color.length === 3 || color[3] > 0) {
        return color;
      }
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const node of document.querySelectorAll("body *")) {
    const texts = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
    const text = texts.map((child) => child.data.trim()).join("");
    if (text === "" || !node.checkVisibility() || node.disabled) {
      continue;
    }
    const [a, b] = [luminance(parse(getComputedStyle(node).color)), luminance(ground(node))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) {
      bad.push(`${text}: ${contrast.toFixed(2)}`);
    }
  }
  return bad;
}

await runAll();
await browser.close();
process.exit(0);
