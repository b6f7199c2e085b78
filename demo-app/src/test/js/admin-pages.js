// The Socket.IO Admin UI in a browser, as an administrator uses it.

export function adminPages({ browser, url, screenshots, password }) {
  /** The Admin UI in a browser of its own, with what it complained of and which other sites it asked. */
  async function open(closeAtEnd) {
    const context = await browser.newContext({ viewport: { width: 1500, height: 1000 } });
    closeAtEnd(() => context.close());
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("request", (request) => {
      const { host } = new URL(request.url());
      host && host !== new URL(url).host && complaints.push(`asked ${host}`);
    });
    await page.goto(`${url}/admin/`);
    return { page, complaints };
  }

  async function logIn(page, withPassword) {
    await page.getByLabel("Server URL").fill(url);
    await page.getByLabel("Username").fill("admin");
    await page.getByLabel("Password").fill(withPassword);
    await page.getByRole("button", { name: "Connect" }).click();
  }

  /** The dialog has gone, and what it covered can be clicked. */
  async function isIn(page) {
    await page.locator(".v-overlay").waitFor({ state: "detached" });
    await page.getByText(/^connected$/).first().waitFor();
  }

  /** The page chooses the namespace / if somebody is there: so come after the client. */
  async function openAsAdmin(closeAtEnd) {
    const admin = await open(closeAtEnd);
    await logIn(admin.page, password);
    await isIn(admin.page);
    return admin;
  }

  /** Lets what has begun to move come to rest, for the picture. */
  async function picture(page, name) {
    await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {}))));
    await page.screenshot({ path: `${screenshots}/admin-${name}.png` });
  }

  return { open, logIn, isIn, openAsAdmin, picture };
}
