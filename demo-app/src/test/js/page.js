// Tabs of the demo's page in Chromium: node page.js <url> <directory for screenshots> <JWT_SECRET>
// To have the server restarted it prints {"please": "restart"}, or "restart with another secret", and waits for a line.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { launch } from "./browser.js";
import { runAll, scenario } from "./scenarios.js";
import { forger, inSeconds } from "./tokens.js";

const [url, screenshots, secret] = process.argv.slice(2);
const forge = forger(secret);

const browser = await launch();

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

  /** Opens the page as a guest. */
  static async open(closeAtEnd, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    closeAtEnd(() => context.close());
    context.setDefaultTimeout(20_000); // so that a failure names what did not come
    const tab = new Tab(await context.newPage());
    await tab.page.goto(url);
    await tab.sees("Connected · websocket · node on port");
    return tab;
  }

  /** Opens the page and signs in. */
  static async openAs(closeAtEnd, name, options) {
    const tab = await Tab.open(closeAtEnd, options);
    await tab.signsIn(name);
    await tab.isCalled(name);
    return tab;
  }

  async sees(text) {
    await this.page.getByText(text, { exact: false }).filter({ visible: true }).first().waitFor();
  }

  /** Once the server has confirmed the name, it is in the list of people. */
  async isCalled(name) {
    await this.page.locator("#me", { hasText: new RegExp(`^${name}$`) }).waitFor({ state: "attached" });
    await this.page.locator("#self", { hasText: name }).waitFor({ state: "attached" });
    await this.page.locator("#sign:enabled", { hasText: "Sign out" }).waitFor({ state: "attached" });
    await this.isReachedByItsUser();
  }

  /** The page does not wait until it is in the namespaces of those who are signed in: what comes before is missed. */
  async isReachedByItsUser() {
    await this.page.evaluate(async () => {
      const { manager } = await import(new URL("server.js", location.href));
      for (const namespace of ["/secure", "/notifications"]) {
        const socket = manager.nsps[namespace];
        await (socket.connected || new Promise((resolve) => socket.once("connect", resolve)));
      }
    });
  }

  /** Waits until this conversation is shown. */
  async shows(title) {
    await this.page.locator("#title", { hasText: new RegExp(`^${title}$`) }).waitFor();
  }

  get name() {
    return this.page.locator("#me").textContent();
  }

  get notice() {
    return this.page.locator("#notice[role=alert]");
  }

  /** The messages with this text in the conversation that is shown. */
  message(text) {
    return this.page.locator(".message", { hasText: text }).filter({ visible: true });
  }

  /** Waits until a message of the user has this state. */
  async hasState(text, state) {
    await this.message(text).locator(".state", { hasText: state }).waitFor({ state: "attached" });
  }

  entry(name) {
    return this.page.getByRole("navigation").getByRole("button", { name });
  }

  async chooses(name) {
    await this.entry(name).click();
  }

  async says(text) {
    await this.page.getByRole("textbox", { name: "Message" }).fill(text);
    await this.page.getByRole("button", { name: "Send" }).click();
  }

  async joins(room) {
    await this.page.getByLabel("Room", { exact: true }).fill(room);
    await this.page.getByRole("button", { name: "Join", exact: true }).click();
    await this.sees(`You joined ${room}.`);
  }

  async signsIn(name) {
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  /** Loses the connection, until it is told to look for another. */
  async cut() {
    await this.page.evaluate(async () => {
      const { manager } = await import(new URL("server.js", location.href));
      manager.reconnection(false);
      manager.engine.close();
    });
    await this.page.locator("#connection:not([data-state=connected])").waitFor();
  }

  async reconnects() {
    await this.page.evaluate(async () => {
      const { manager } = await import(new URL("server.js", location.href));
      manager.reconnection(true);
      manager.connect();
    });
    await this.sees("Connected · websocket");
  }

  /** Has the page remember whether it says that its connection is lost, which may be over before somebody looks. */
  async watchesItsConnection() {
    await this.page.evaluate(() => {
      const badge = document.getElementById("connection");
      window.lost = new Promise((resolve) => {
        const look = () => badge.textContent === "Connection lost. Reconnecting…" && badge.checkVisibility() && resolve();
        new MutationObserver(look).observe(badge, { childList: true });
      });
    });
  }

  async hasLostItsConnection() {
    await this.page.evaluate(() => window.lost);
  }

  /** The first token that the page asks for will be this one. */
  async getsAtFirst(token) {
    await this.page.route("**/token", (route) => route.fulfill({ json: { token } }), { times: 1 });
  }
}

/** Has the server restarted; meanwhile the tabs are disconnected. */
async function restart(how, ...tabs) {
  await Promise.all(tabs.map((tab) => tab.watchesItsConnection()));
  console.log(JSON.stringify({ please: how }));
  await once(process.stdin, "data");
  for (const tab of tabs) {
    await tab.hasLostItsConnection();
    await tab.sees("Connected · websocket");
    await tab.sees("Connected again as ");
  }
}

scenario("two people chat under their names, and the sender sees that a message was sent", async (closeAtEnd) => {
  const ada = await Tab.openAs(closeAtEnd, "Ada");
  const guest = await Tab.open(closeAtEnd);
  await ada.page.locator("#guests", { hasText: await guest.name }).waitFor();
  await ada.says("Ahoy, is anybody aboard?");
  await ada.hasState("Ahoy", /^Sent$/);
  await guest.message("Ahoy").waitFor();
  assert.equal(await guest.message("Ahoy").locator(".author").textContent(), "Ada");
  await guest.says("Aye!");
  await ada.message("Aye!").waitFor();
  assert.equal(await ada.message("Aye!").locator(".author").textContent(), await guest.name);
  assert.equal(await ada.page.locator(".message").count(), 2); // no echo
  assert.deepEqual([...ada.complaints, ...guest.complaints], []);
});

scenario("a message that reaches nobody says so", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd);
  await ada.sees("Nobody else is here.");
  await assertLooksWell(ada, "first");
  await ada.says("Hello?");
  await ada.hasState("Hello?", "Sent, but nobody else is here");
  await ada.joins("bridge");
  await ada.says("Is this the bridge?");
  await ada.hasState("Is this the bridge?", "Sent, but nobody else is in this room");
});

scenario("the README's console snippet chats over a plain WebSocket", async (closeAtEnd) => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const [, snippet] = /```js\n(.*?)```/s.exec(readme);
  const [ada, eve] = [await Tab.open(closeAtEnd), await Tab.open(closeAtEnd)];
  const prints = (text) => ada.page.waitForEvent("console", (message) => message.text().includes(text));
  const answered = prints('{"id":1,"data":{"success":true}}');
  const console = await ada.page.context().newCDPSession(ada.page);
  const { exceptionDetails } = await console.send("Runtime.evaluate", { expression: snippet, replMode: true });
  assert.equal(exceptionDetails, undefined);
  await answered;
  for (const tab of [ada, eve]) {
    await tab.message("Ahoy").waitFor();
    assert.equal(await tab.message("Ahoy").locator(".author").textContent(), "Ada");
  }
  const heard = prints('"event":"message"');
  await eve.says("Aye!");
  assert.match((await heard).text(), /"data":\{"text":"Aye!"/);
  assert.deepEqual([...ada.complaints, ...eve.complaints], []);
});

scenario("what somebody says is text, never markup", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd);
  const bob = await Tab.open(closeAtEnd);
  const markup = '<img src="nowhere" onerror="document.title=1"><script>document.title=2</script>';
  await ada.joins("<b>bridge</b>");
  await bob.chooses("<b>bridge</b>");
  await bob.sees("You joined <b>bridge</b>.");
  await ada.says(markup);
  await bob.message("nowhere").waitFor();
  assert.equal(await bob.message("nowhere").locator(".body").textContent(), markup);
  assert.equal(await bob.page.locator("main img, #logs script, b, nav img").count(), 0);
  assert.equal(await bob.page.title(), "Gangway chat");
});

scenario("people are in several rooms, see who else is, and leave", async (closeAtEnd) => {
  const ada = await Tab.openAs(closeAtEnd, "Ada");
  const bob = await Tab.openAs(closeAtEnd, "Bob");
  await ada.joins("galley");
  await ada.joins("bridge");
  await bob.chooses("bridge join"); // the list names the rooms that exist
  await ada.sees("Bob joined.");
  await ada.sees("With you: Bob");
  await bob.says("Who has the helm?");
  await ada.message("helm").waitFor();
  assert.equal(await ada.message("helm").locator(".author").textContent(), "Bob");
  await bob.hasState("helm", /^Sent$/);
  assert.equal(await bob.page.locator(".message").count(), 1); // the room's echo is not shown twice

  await bob.chooses("galley");
  await bob.says("What is for supper?");
  await ada.entry("galley 1").click(); // one unread
  await ada.message("supper").waitFor();
  await bob.page.getByRole("button", { name: "Leave" }).click();
  await ada.sees("Bob left.");
  await bob.shows("Everyone");
  await ada.chooses("bridge");
  await ada.says("Still steering?");
  await bob.entry("bridge 1").waitFor(); // he is still in the other room
  await bob.entry("galley join").waitFor();
});

scenario("a private message reaches one person, on all devices", async (closeAtEnd) => {
  const [ada, desk, phone, eve] = [
    await Tab.openAs(closeAtEnd, "Ada"),
    await Tab.openAs(closeAtEnd, "Bob"),
    await Tab.openAs(closeAtEnd, "Bob"),
    await Tab.openAs(closeAtEnd, "Eve"),
  ];
  await ada.chooses("Bob");
  await ada.says("A word with you?");
  await ada.hasState("A word", "Delivered");
  for (const device of [desk, phone]) {
    await device.entry("Ada 1").click(); // one unread
    await device.message("A word").waitFor();
  }
  await desk.says("Certainly.");
  await ada.message("Certainly.").waitFor();
  assert.equal(await ada.message("Certainly.").locator(".author").textContent(), "Bob");
  await phone.page.locator(".message.mine", { hasText: "Certainly." }).waitFor();
  assert.equal(await eve.page.locator(".message").count(), 0);
  assert.deepEqual([...ada.complaints, ...desk.complaints, ...phone.complaints, ...eve.complaints], []);
});

scenario("a private message to somebody who has gone is not sent, and can be sent again", async (closeAtEnd) => {
  const ada = await Tab.openAs(closeAtEnd, "Ada");
  const bob = await Tab.openAs(closeAtEnd, "Bob");
  await ada.chooses("Bob");
  await bob.page.context().close();
  await ada.sees("Bob is not here.");
  await ada.entry("Bob away").waitFor();
  await ada.says("Are you there?");
  await ada.hasState("Are you there?", "Not sent: Bob is not here. Try again");
  const again = await Tab.openAs(closeAtEnd, "Bob");
  await ada.page.getByRole("button", { name: "Try again" }).click();
  await ada.hasState("Are you there?", "Delivered");
  await again.entry("Ada 1").waitFor();
});

scenario("signing in and out does not change where the next message goes", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd);
  const bob = await Tab.openAs(closeAtEnd, "Bob");
  await ada.joins("bridge");
  await ada.signsIn("Ada");
  await ada.isCalled("Ada");
  await ada.shows("bridge");
  await ada.page.getByRole("button", { name: "Sign out" }).click();
  await ada.page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  await ada.shows("bridge");

  await ada.chooses("Bob");
  await ada.sees("Private. Sign in to write to Bob.");
  await ada.says("May I?");
  await ada.hasState("May I?", "Not sent: sign in to write to Bob. Try again");
  await ada.signsIn("Ada");
  await ada.isCalled("Ada");
  await ada.shows("Bob");
  await ada.page.getByRole("button", { name: "Try again" }).click();
  await ada.hasState("May I?", "Delivered");
});

scenario("notes to oneself reach all tabs of their user, and no other user's", async (closeAtEnd) => {
  const [desk, phone, bob] = [
    await Tab.openAs(closeAtEnd, "Ada"),
    await Tab.openAs(closeAtEnd, "Ada"),
    await Tab.openAs(closeAtEnd, "Bob"),
  ];
  for (const tab of [desk, phone]) {
    await tab.chooses("Ada (you)");
  }
  await desk.says("Supper <b>is</b> ready");
  await phone.message("Supper <b>is</b> ready").waitFor();
  await desk.page.locator(".message:not([data-state])", { hasText: "Supper" }).waitFor();
  await bob.chooses("Bob (you)");
  await bob.says("Bob's own");
  await bob.page.locator(".message:not([data-state])", { hasText: "Bob's own" }).waitFor();
  for (const tab of [bob, desk]) {
    await tab.page.locator(".message[data-state]").waitFor({ state: "detached" }); // what they sent comes back
    assert.equal(await tab.page.locator(".message").count(), 1); // another user's would have come before
  }
});

scenario("what the server refuses is shown", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd);
  await ada.signsIn("<b>Ada</b>");
  await ada.notice.getByText('"name" must be 1 to 40 letters and digits').waitFor();
  await ada.page.keyboard.press("Escape");
  assert.equal(await ada.notice.textContent(), "");
  await ada.getsAtFirst(forge({ sub: "Ada", exp: inSeconds(-1) }));
  await ada.signsIn("Ada");
  await ada.notice.getByText("Token expired").waitFor();
  await ada.signsIn("Ada");
  await ada.isCalled("Ada");
});

scenario("a token that expires is renewed unnoticed", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd);
  // The first one, and then one for each namespace: these two may come at once.
  const threeTokens = new Promise((resolve) => {
    let count = 0;
    ada.page.on("requestfinished", (request) => request.url().endsWith("/token") && ++count === 3 && resolve());
  });
  await ada.getsAtFirst(forge({ sub: "Ada", exp: inSeconds(6) }));
  await ada.signsIn("Ada");
  await ada.isCalled("Ada");
  await threeTokens;
  await ada.chooses("Ada (you)");
  await ada.says("Fresh"); // an expired token would be refused
  await ada.page.locator(".message:not([data-state])", { hasText: "Fresh" }).waitFor();
  assert.equal(await ada.notice.textContent(), "");
});

scenario("after a restart people are signed in again, in their rooms and conversations", async (closeAtEnd) => {
  const ada = await Tab.openAs(closeAtEnd, "Ada");
  const bob = await Tab.openAs(closeAtEnd, "Bob");
  await ada.joins("bridge");
  await bob.chooses("bridge");
  await bob.sees("You joined bridge.");
  await ada.chooses("Bob");
  await restart("restart", ada, bob);
  await ada.sees("Connected again as Ada.");
  await ada.isCalled("Ada");
  await bob.isCalled("Bob");
  await bob.sees("With you: Ada");
  await ada.shows("Bob");
  await ada.page.screenshot({ path: `${screenshots}/restarted.png` });
  await ada.sees("Private.");
  await ada.says("Here we are again.");
  await ada.hasState("Here we are again.", "Delivered");
  await bob.entry("Ada 1").waitFor();
  await bob.says("All hands?");
  await ada.entry("bridge 1").waitFor();
});

scenario("a page that lost its connection is back with its messages, and says how many", async (closeAtEnd) => {
  const ada = await Tab.openAs(closeAtEnd, "Ada");
  const bob = await Tab.openAs(closeAtEnd, "Bob");
  await ada.joins("bridge");
  await bob.chooses("bridge");
  await bob.sees("You joined bridge.");
  await ada.chooses("Everyone");
  await ada.cut();
  await assertLooksWell(ada, "lost");
  await bob.says("Land ahead");
  await bob.chooses("Everyone");
  for (const text of ["First", "Second"]) {
    await bob.says(text);
    await bob.hasState(text, /Sent/);
  }
  await ada.reconnects();
  await ada.sees("Back as Ada, nothing missed: 3 messages came meanwhile.");
  assert.deepEqual(await ada.message("").locator(".body").allTextContents(), ["First", "Second"]);
  await ada.entry("bridge 1").waitFor();
  await ada.page.screenshot({ path: `${screenshots}/back.png` });
  await ada.chooses("bridge");
  await ada.message("Land ahead").waitFor();
  await bob.chooses("bridge");
  await bob.sees("With you: Ada");

  await ada.cut();
  await ada.reconnects();
  await ada.sees("Back as Ada, nothing missed.");
});

scenario("a restart that forgets the sign-in says so, and sends nothing elsewhere", async (closeAtEnd) => {
  const ada = await Tab.openAs(closeAtEnd, "Ada");
  const bob = await Tab.openAs(closeAtEnd, "Bob");
  await ada.chooses("Bob");
  await ada.page.setViewportSize({ width: 390, height: 844 }); // where the list, and signing in, are out of sight
  await ada.says("Between us");
  await ada.hasState("Between us", "Delivered");
  await restart("restart with another secret", ada, bob);
  await ada.notice.getByText("You are not signed in as Ada any more: the server has restarted").waitFor();
  await ada.shows("Bob");
  await assertLooksWell(ada, "forgotten");
  await ada.says("Only for you");
  await ada.hasState("Only for you", "Not sent: sign in to write to Bob.");
  await bob.signsIn("Bob");
  await bob.isCalled("Bob");
  await ada.page.getByRole("button", { name: "Sign in as Ada" }).click();
  await ada.isCalled("Ada");
  assert.equal(await ada.notice.textContent(), "");
  await ada.page.getByRole("button", { name: "Try again" }).click();
  await ada.hasState("Only for you", "Delivered");
});

scenario("the keyboard is enough", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, { viewport: { width: 390, height: 844 } });
  const bob = await Tab.openAs(closeAtEnd, "Bob");
  const keyboard = ada.page.keyboard;
  const focused = () => ada.page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  const outlined = () => ada.page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle === "solid");
  const tabTo = async (name) => {
    for (let steps = 0; (await focused()) !== name; steps++) {
      assert.ok(steps < 20, `${name} cannot be reached`);
      await keyboard.press("Tab");
      assert.ok(await outlined(), `${await focused()} does not show the focus`);
    }
  };
  await tabTo("menu");
  await keyboard.press("Enter");
  assert.equal(await focused(), "Everyone");
  await keyboard.press("Escape");
  assert.equal(await focused(), "menu");
  await keyboard.press("Enter");
  await keyboard.press("Shift+Tab"); // back from the first conversation to the sign-in
  await keyboard.press("Shift+Tab");
  assert.equal(await focused(), "name");
  await keyboard.type("Ada");
  await keyboard.press("Enter");
  await ada.isCalled("Ada");
  await tabTo("Bob");
  await ada.page.screenshot({ path: `${screenshots}/focus.png` });
  await keyboard.press("Enter");
  assert.equal(await focused(), "text");
  await ada.page.setViewportSize({ width: 844, height: 200 }); // held sideways, with a keyboard on the screen
  await keyboard.type("By keyboard");
  await assertLooksWell(ada, "typing");
  assert.ok((await ada.page.getByRole("log").boundingBox()).height > 80, "no room for messages");
  await keyboard.press("Enter");
  await ada.hasState("By keyboard", "Delivered");
  await bob.entry("Ada 1").waitFor();
});

scenario("the page fits screens of all kinds, and is readable by day and by night", async (closeAtEnd) => {
  const looks = {
    desktop: { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
    "desktop-dark": { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
    phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true },
    "phone-dark": { viewport: { width: 320, height: 640 }, colorScheme: "dark", hasTouch: true },
    landscape: { viewport: { width: 844, height: 390 }, colorScheme: "light", hasTouch: true },
    "landscape-dark": { viewport: { width: 844, height: 390 }, colorScheme: "dark", hasTouch: true },
  };
  const people = ["Ada", "Bob", "Cleo", "Dot", "Maximiliana Featherstonehaugh-Cholmondele", "נועה"];
  const tabs = [];
  for (const [i, [look, options]] of Object.entries(looks).entries()) {
    const tab = await Tab.open(closeAtEnd, { ...options, viewport: { width: 1280, height: 800 } });
    await tab.signsIn(people[i].slice(0, 40));
    await tab.isCalled(people[i].slice(0, 40));
    tabs.push([look, tab, options.viewport]);
  }
  const [ada, bob, cleo, dot, max, noa] = tabs.map(([, tab]) => tab);
  for (const [tab, text] of [
    [cleo, "Good morning! The tide turns at ten."],
    [bob, "Then we have an hour. Is everybody aboard?"],
    [noa, "כולם כאן, חוץ מהטבח."],
    [max, "The cook is in the galley. Something smells burnt."],
  ]) {
    await tab.says(text);
    await tab.hasState(text, /^Sent$/);
  }
  await ada.says("Cast off at half past nine.\u2028No later, please.");
  for (const [, tab] of tabs) {
    await tab.message("Cast off").waitFor();
  }
  await cleo.joins("galley");
  await max.joins("bridge");
  await ada.chooses("bridge");
  await dot.chooses("Bob");
  await dot.says("Do you have the charts?");
  await dot.hasState("charts", "Delivered");
  await bob.entry("Dot 1").waitFor();
  await max.says("Ready when you are.");
  await ada.message("Ready").waitFor();
  await ada.chooses("Everyone");
  await ada.says("I am on the bridge.");
  await ada.hasState("I am on the bridge.", /^Sent$/);
  await ada.page.locator("#text").blur();
  await ada.page.screenshot({ path: `${screenshots}/page.png` }); // the README's picture

  const word = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(5);
  await cleo.joins(word.slice(0, 60));
  await cleo.chooses("Everyone");
  await cleo.says(word);
  await cleo.says("🙂 👩‍👩‍👧‍👦 שלום abc שלום");
  await ada.message("👩‍👩‍👧‍👦").waitFor();
  for (const [look, tab, viewport] of tabs) {
    await tab.entry(word.slice(0, 60)).waitFor();
    await tab.page.setViewportSize(viewport);
    await assertLooksWell(tab, look);
    if (viewport.width < 700) {
      await tab.page.getByRole("button", { name: "Conversations" }).click();
      await assertLooksWell(tab, `${look}-list`);
      await tab.page.getByRole("button", { name: "Back" }).click();
    }
  }
});

scenario("a long conversation stays at its end, and the reader where he is", async (closeAtEnd) => {
  const ada = await Tab.openAs(closeAtEnd, "Ada", { viewport: { width: 844, height: 390 } });
  const bob = await Tab.open(closeAtEnd);
  for (let i = 1; i <= 200; i++) {
    await bob.says(`Message ${i}.`);
  }
  await ada.message("Message 200.").waitFor();
  const log = ada.page.getByRole("log");
  const below = () => log.evaluate((each) => each.scrollHeight - each.scrollTop - each.clientHeight);
  assert.ok((await below()) < 2);
  await log.evaluate(async (each) => {
    const scrolled = new Promise((resolve) => each.addEventListener("scroll", resolve, { once: true }));
    each.scrollTo(0, 100);
    await scrolled;
  });
  await bob.says("One more.");
  await ada.message("One more.").waitFor({ state: "attached" });
  assert.equal(await log.evaluate((each) => each.scrollTop), 100);
  await assertLooksWell(ada, "long");
});

/** Takes a picture, too. */
async function assertLooksWell(tab, look) {
  await tab.page.screenshot({ path: `${screenshots}/${look}.png` });
  assert.deepEqual(await tab.page.evaluate(unreadable), [], look);
  const overflow = await tab.page.evaluate(() =>
    [...document.querySelectorAll("html, .bar, .side, nav, #identity, main, .log, #send, footer")]
      .filter((each) => each.scrollWidth > each.clientWidth)
      .map((each) => each.id || each.className || each.tagName),
  );
  assert.deepEqual(overflow, [], `${look}: too wide`);
  assert.deepEqual(await tab.page.evaluate(crowded), [], look);
  const grounds = await tab.page.evaluate(() =>
    ["nav [aria-current]", "body"].map((each) => getComputedStyle(document.querySelector(each)).backgroundColor),
  );
  assert.notEqual(...grounds, `${look}: the conversation that is shown does not stand out in the list`);
  const bottom = await tab.page.evaluate(() => document.querySelector("footer").getBoundingClientRect().bottom);
  assert.ok(bottom <= tab.page.viewportSize().height, `${look}: the status is off the screen`);
}

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

/** The visible fields and buttons that are narrow, or in each other's way; runs in the page. */
function crowded() {
  const all = [...document.querySelectorAll("input, button")]
    .filter((each) => each.checkVisibility() && !each.closest("nav, .log")) // these scroll
    .map((each) => [each.id || each.textContent.trim(), each.getBoundingClientRect()]);
  const narrow = all.filter(([, box]) => box.width < 36).map(([name]) => `${name} is narrow`);
  const overlaps = all.flatMap(([name, a], i) =>
    all
      .slice(i + 1)
      .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map(([other]) => `${name} is in the way of ${other}`),
  );
  return [...narrow, ...overlaps];
}

await runAll();
await browser.close();
process.exit(0);
