// Tabs of the demo's page in Chromium: node page.js <url> <directory for screenshots> <JWT_SECRET>
// To have the server restarted it prints {"please":"restart"} and waits for a line.

import assert from "node:assert/strict";
import { once } from "node:events";
import { bundled, launch } from "./browser.js";
import { runAll, scenario } from "./scenarios.js";
import { forger, inSeconds } from "./tokens.js";

const [url, screenshots, secret] = process.argv.slice(2);
const forge = forger(secret);

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

  async signsIn() {
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async notifies(text) {
    await this.page.getByRole("textbox", { name: "Message" }).fill(text);
    await this.page.getByRole("button", { name: "Notify me" }).click();
  }

  /** The first token that the page asks for will be this one. */
  async getsAtFirst(token) {
    await this.page.route("**/token", (route) => route.fulfill({ json: { token } }), { times: 1 });
  }
}

/** Whoever signs in is told by both namespaces. */
async function seesItsSignIn(tab, name) {
  await tab.sees(`Signed in as ${name}.`);
  await tab.sees("You get notifications in all tabs");
}

/** Has the server restarted; meanwhile the tabs are disconnected. */
async function restart(...tabs) {
  const noticed = Promise.all(tabs.map((tab) => tab.sees("Reconnecting…")));
  console.log(JSON.stringify({ please: "restart" }));
  await once(process.stdin, "data");
  await noticed;
  for (const tab of tabs) {
    await tab.sees("Connected · websocket");
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
  await restart(ada, bob);
  for (const tab of [ada, bob]) {
    await tab.sees("You are back in bridge.");
  }
  await ada.says("Here we are again.");
  await bob.message("Here we are again.").waitFor();
});

scenario("who has signed in is known to the server by name", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "Ada");
  await ada.signsIn();
  await seesItsSignIn(ada, "Ada");
  await ada.says("Is anybody listening?");
  await ada.message("listening").getByText("Sent; the server confirms that it is from Ada").waitFor();
  await ada.page.getByRole("button", { name: "Sign out" }).click();
  await ada.page.getByRole("button", { name: "Private" }).waitFor({ state: "hidden" });
  await ada.page.getByLabel("Your name").fill("Bob");
  await ada.signsIn(); // and again, on the same connection
  await seesItsSignIn(ada, "Bob");
  assert.equal(await ada.page.locator(".message").count(), 0); // nothing of Ada's is left
  await ada.says("It is me.");
  await ada.message("me").getByText("it is from Bob").waitFor();
  assert.deepEqual(ada.complaints, []);
});

scenario("a notification reaches all tabs of its user, and no other user's", async (closeAtEnd) => {
  const [desk, phone, bob] = [
    await Tab.open(closeAtEnd, "Ada"),
    await Tab.open(closeAtEnd, "Ada"),
    await Tab.open(closeAtEnd, "Bob"),
  ];
  for (const tab of [desk, phone, bob]) {
    await tab.signsIn();
    await tab.sees("You get notifications in all tabs");
  }
  await phone.page.getByRole("button", { name: "Everyone" }).click();
  await desk.notifies("Supper <b>is</b> ready");
  await desk.message("Supper <b>is</b> ready").waitFor();
  await phone.page.getByRole("button", { name: "Private 1" }).click(); // one unread
  assert.equal(await phone.message("Supper").locator(".author").textContent(), "Notification");
  await bob.notifies("Bob's own");
  await bob.message("Bob's own").waitFor();
  assert.equal(await bob.page.locator(".message").count(), 1); // Ada's would have come before
  assert.equal(await desk.page.locator(".message").count(), 1);
  assert.deepEqual([...desk.complaints, ...phone.complaints, ...bob.complaints], []);
});

scenario("what the server refuses is shown", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "<b>Ada</b>");
  await ada.signsIn();
  await ada.page.getByRole("alert").getByText('"name" must be 1 to 40 letters and digits').waitFor();
  await ada.page.getByLabel("Your name").fill("Ada");
  await ada.signsIn();
  await seesItsSignIn(ada, "Ada");
  assert.equal(await ada.page.getByRole("alert").textContent(), "");
  await ada.notifies(" ");
  await ada.page.getByRole("alert").getByText('"text" must be 1 to 500 characters').waitFor();
});

scenario("a token that is not good is refused, and who had it can sign in again", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "Ada");
  await ada.signsIn();
  await seesItsSignIn(ada, "Ada");
  await ada.page.getByRole("button", { name: "Break the token" }).click();
  await ada.page.getByRole("alert").getByText("/secure refused you: Invalid token").waitFor();
  await ada.page.getByRole("button", { name: "Private" }).waitFor({ state: "hidden" });
  await ada.says("Still here."); // to everyone
  await ada.message("Still here.").getByText("Sent", { exact: true }).waitFor();

  await ada.getsAtFirst(forge({ sub: "Ada", exp: inSeconds(-1) }));
  await ada.signsIn();
  await ada.page.getByRole("alert").getByText("/secure refused you: Token expired").waitFor();
  await ada.signsIn();
  await seesItsSignIn(ada, "Ada");
});

scenario("a token that expires is renewed", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "Ada");
  await ada.getsAtFirst(forge({ sub: "Ada", exp: inSeconds(4) }));
  await ada.signsIn();
  await seesItsSignIn(ada, "Ada");
  for (const namespace of ["/secure", "/notifications"]) {
    await ada.sees(`Your token expired; ${namespace} has accepted a new one.`);
  }
  await ada.notifies("Fresh"); // an expired token would be refused
  await ada.message("Fresh").waitFor();
});

scenario("after the server was away who was signed in is signed in again", async (closeAtEnd) => {
  const ada = await Tab.open(closeAtEnd, "Ada");
  await ada.signsIn();
  await seesItsSignIn(ada, "Ada");
  await restart(ada);
  await ada.page.getByText("You get notifications in all tabs").nth(1).waitFor();
  await ada.notifies("Back again");
  await ada.message("Back again").waitFor();
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
    await assertLooksWell(tab, look);
    await tab.signsIn();
    await tab.sees("You get notifications in all tabs");
    await tab.says("It is me.");
    await tab.sees("it is from");
    await tab.notifies("Mind the step");
    await tab.message("Mind the step").waitFor();
    await tab.notifies("");
    await tab.sees('"text" must be');
    const hidden = await tab.page.evaluate(() => {
      const log = document.getElementById("log-mine");
      return log.scrollHeight - log.scrollTop - log.clientHeight;
    });
    assert.ok(hidden < 2, `${look}: the complaint hides ${hidden} pixels of the last message`);
    await assertLooksWell(tab, `${look}-signed-in`);
  }
});

/** Takes a picture, too. */
async function assertLooksWell(tab, look) {
  await tab.page.screenshot({ path: `${screenshots}/${look}.png` });
  assert.deepEqual(await tab.page.evaluate(unreadable), [], look);
  const overflow = await tab.page.evaluate(() =>
    [...document.querySelectorAll("html, header, .side, .bar, #send, .log")]
      .filter((each) => each.scrollWidth > each.clientWidth)
      .map((each) => each.id || each.className || each.tagName),
  );
  assert.deepEqual(overflow, [], `${look}: too wide`);
  assert.deepEqual(await tab.page.evaluate(crowded), [], look);
  const bottom = await tab.page.evaluate(() => document.querySelector("#send").getBoundingClientRect().bottom);
  assert.ok(bottom <= tab.page.viewportSize().height, `${look}: the field for messages is off the screen`);
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
    .filter((each) => each.checkVisibility())
    .map((each) => [each.id || each.textContent.trim(), each.getBoundingClientRect()]);
  const narrow = all.filter(([, box]) => box.width < 40).map(([name]) => `${name} is narrow`);
  const overlaps = all.flatMap(([name, a], i) =>
    all
      .slice(i + 1)
      .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map(([other]) => `${name} is in the way of ${other}`),
  );
  return [...narrow, ...overlaps, ...(document.getElementById("name").clientWidth < 90 ? ["no room for a name"] : [])];
}

await runAll();
await browser.close();
process.exit(0);
