// A headless Chromium: the one inside the npm package, so that nothing has to be installed. It is for Linux on x64;
// elsewhere Google Chrome serves, if it is installed.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { chromium } from "playwright-core";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Whether npm brought a browser for this machine; then the page's tests have no excuse. */
const bundled = process.platform === "linux" && process.arch === "x64";

/** Starts the browser; a script without one prints {"missing": "why"}, and ends. */
export async function launch() {
  const quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"];
  if (!bundled) {
    try {
      return await chromium.launch({ channel: "chrome", args: quiet });
    } catch (missing) {
      console.log(JSON.stringify({ missing: String(missing.message).split("\n")[0] }));
      process.exit(0);
    }
  }
  unpack();
  return chromium.launch({
    executablePath: here("./chromium/chromium"),
    env: { ...process.env, LD_LIBRARY_PATH: here("./chromium/lib") }, // libnss3 and the like, which may be missing
    args: quiet,
  });
}

function unpack() {
  if (existsSync(here("./chromium"))) {
    return;
  }
  const bin = here("./node_modules/@sparticuz/chromium/bin");
  const packed = (name) => brotliDecompressSync(readFileSync(`${bin}/${name}.br`));
  const unfinished = here(`./chromium-${process.pid}`);
  mkdirSync(unfinished);
  writeFileSync(`${unfinished}/chromium`, packed("chromium"), { mode: 0o755 });
  execFileSync("tar", ["-x", "-C", unfinished], { input: packed("al2023.tar") });
  renameSync(unfinished, here("./chromium"));
}
