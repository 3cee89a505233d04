/**
 * Looks for secrets wherever they must not be: what the core says to its page, what is logged with
 * everything switched on, what is asked of whom, what is stored, and every byte of the browser's
 * profile on disk.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asked, beginSignIn, CANARY, tell } from "./cloud.mjs";
import { WebDavServer } from "./webdav.mjs";

/** What is found where it may be, so that the search is known to find. */
const CONTROL = "control-e2e";
const PASSWORD = `${CANARY}-password`;
/** What OneDrive's addresses of content end in: whoever knows one has the file. */
const LINK = "canary-link-";
const USER = "ann";
/** Where a profile holds what pages have stored. */
const STORED = /IndexedDB|Local Storage|File System|CacheStorage|blob_storage/;

/** Collects what a browser says, asks and stores. */
export class Witness {
  #services;
  /** Texts by where they were. */
  #texts = new Map();
  /** Where credentials may be sent. */
  #servers = [];

  constructor(services) {
    this.#services = services;
    this.#servers.push(new URL(services.api).origin, new URL(services.graph).origin);
  }

  /** Listens to every page of a context, whose cores log everything from now on. */
  async listen(context) {
    await context.addInitScript(() => {
      const post = globalThis.Worker?.prototype.postMessage;
      if (!post) {
        return;
      }
      Worker.prototype.postMessage = function send(message, ...rest) {
        if (message?.type === "start") {
          message.config.log_level = "trace";
          this.addEventListener("message", ({ data }) => {
            console.debug(`from the core: ${JSON.stringify(data)}`);
          });
        }
        return post.call(this, message, ...rest);
      };
    });
    context.on("page", (page) => {
      page.on("console", (message) => {
        const text = message.text();
        this.#note(text.startsWith("from the core: ") ? "messages" : "logs", text);
      });
      page.on("pageerror", (error) => this.#note("logs", `${error.stack ?? error}`));
      page.on("framenavigated", (frame) => this.#note("addresses", frame.url()));
    });
    context.on("request", (request) => this.#request(request));
  }

  /** Lets credentials be sent to another server. */
  allow(origin) {
    this.#servers.push(origin);
  }

  /** Takes down everything that scripts of the page's origin can read. */
  async readStorage(page) {
    const texts = await page.evaluate(readEverything);
    for (const text of texts) {
      this.#note("storage", text);
    }
    return texts.length;
  }

  /** Fails if a secret was anywhere; says how much there was to search. */
  async accuse() {
    const secrets = await this.#secrets();
    for (const [where, texts] of this.#texts) {
      for (const text of texts) {
        for (const [what, secret] of secrets) {
          const isDemanded = where === "addresses" && this.#demands(what, text);
          assert.ok(!text.includes(secret) || isDemanded, `${what} in ${where}: ${text}`);
        }
      }
    }
    const has = (where, part) => this.#texts.get(where)?.some((text) => text.includes(part));
    for (const [where, part] of [
      ["logs", " DEBUG "],
      ["messages", '"type":"event"'],
      ["messages", "token_refreshed"],
      ["messages", '"type":"error"'],
      ["addresses", "/drive/v3/files"],
      ["addresses", LINK],
      ["addresses", "code="],
      ["storage", "The Clouds"],
      ["storage", CONTROL],
      ["bodies", "PROPFIND"],
    ]) {
      assert.ok(has(where, part), `${where} were searched: ${part}`);
    }
    const counts = [...this.#texts].map(([where, texts]) => `${texts.length} ${where}`);
    return `${secrets.length} secrets, ${counts.join(", ")}`;
  }

  /** Fails if a secret is in a file below `folder`, whatever way text is stored there. */
  async accuseFiles(folder) {
    const secrets = await this.#secrets();
    const needles = secrets.flatMap(([what, secret]) => [
      [what, secret],
      [what, wide(secret)],
    ]);
    const controls = new Map([CONTROL, wide(CONTROL), "The Clouds"].map((text) => [text, false]));
    const files = filesBelow(folder);
    for (const file of files) {
      const content = readFileSync(file, "latin1");
      for (const control of controls.keys()) {
        controls.set(control, controls.get(control) || content.includes(control));
      }
      for (const [what, needle] of needles) {
        // Codes are in addresses, and where the user was is the browser's own business.
        const isOfBrowser = what === "code" && !STORED.test(file);
        assert.ok(isOfBrowser || !content.includes(needle), `${what} in ${file}`);
      }
    }
    for (const [control, isFound] of controls) {
      assert.ok(isFound, `the search finds ${JSON.stringify(control)}`);
    }
    return `${files.length} files`;
  }

  /** Whether a secret has to be in an address that is asked for. */
  #demands(what, address) {
    const isFile = () => new URL(address).origin === new URL(this.#services.graph).origin;
    return (what === "code" && isReturn(address)) || (what === "link" && isFile());
  }

  #note(where, text) {
    const texts = this.#texts.get(where) ?? [];
    texts.push(text);
    this.#texts.set(where, texts);
  }

  #request(request) {
    const url = request.url();
    this.#note("addresses", url);
    for (const [name, value] of Object.entries(request.headers())) {
      const isSent = name === "authorization" && this.#servers.includes(new URL(url).origin);
      // A page says to its own origin where it is.
      const isReferer = name === "referer" && new URL(value).origin === new URL(url).origin;
      if (!isSent) {
        this.#note(isReferer ? "addresses" : "headers", value);
      }
    }
    if (url !== this.#services.token) {
      this.#note("bodies", `${request.method()} ${request.postData() ?? ""}`);
    }
  }

  /** Every secret there is: what it is, and the text. */
  async #secrets() {
    const forms = await asked(this.#services);
    const verifiers = new Set(forms.map((form) => form.code_verifier).filter(Boolean));
    assert.ok(verifiers.size > 0);
    return [
      ["access token", `${CANARY}-access`],
      ["refresh token", `${CANARY}-refresh`],
      ["code", `${CANARY}-code`],
      ["client secret", `${CANARY}-client-secret`],
      ["link", LINK],
      ["password", PASSWORD],
      // As far as it does not depend on what comes after it.
      ["password", Buffer.from(`${USER}:${PASSWORD}`).toString("base64").slice(0, 28)],
      ...[...verifiers].map((verifier) => ["verifier", verifier]),
    ];
  }
}

/** Bad weather with secrets in it, and its end. `open` opens a page of the player on a profile. */
export async function badWeather(check, witness, services, open) {
  await check("an account is added, used and removed in bad weather", async () => {
    const page = await open("secrecy");
    await page.evaluate(plant, CONTROL);
    const says = JSON.stringify({
      error: "temporarily_unavailable",
      error_description: `${CANARY}-refresh and ${CANARY}-client-secret`,
    });
    await tell(services, "/weather", { token: "500", says });
    let window = await beginSignIn(page);
    await witness.readStorage(page);
    await window.getByRole("link", { name: "Allow" }).click();
    const opened = page.context().waitForEvent("page");
    await page.getByRole("button", { name: "Try again" }).click();
    window = await opened;
    await window.getByRole("link", { name: "Allow" }).click();
    await page.getByRole("status").getByText("in line since").waitFor();
    const [account] = await page.evaluate(() => window.mpc.accounts.list());
    const codes = [];
    for (const fault of ["401", "500", "cut", "short", "broken", "403"]) {
      await tell(services, "/weather", { drive: Array(8).fill(fault).join() });
      codes.push(await outcome(page, "sync.start", account.id));
    }
    await tell(services, "/weather", { token: "500,400", says });
    await page.workers()[0].evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 7_200_000;
    });
    codes.push(await outcome(page, "sync.start", account.id));
    await tell(services, "/weather");
    await page.workers()[0].evaluate(() => {
      const now = performance.now.bind(performance);
      performance.now = () => now() + 600_000;
    });
    assert.equal(await outcome(page, "sync.start", account.id), "done");
    await witness.readStorage(page);
    await page.evaluate((id) => window.mpc.accounts.remove(id), account.id);
    await witness.readStorage(page);
    await page.close();
    assert.ok(!codes.includes("done"), `${codes}`);
    return codes.join(", ");
  });

  await check("so is one with a password", async () => {
    const page = await open("secrecy");
    const server = new WebDavServer(new URL(page.url()).origin, USER, PASSWORD);
    const url = await server.start();
    witness.allow(new URL(url).origin);
    await page.locator("#add-from").click();
    await page.getByRole("button", { name: "WebDAV" }).click();
    const dialog = page.getByRole("dialog", { name: "WebDAV", exact: true });
    await dialog.getByLabel("Address").fill(url);
    await dialog.getByLabel("Name").fill(USER);
    await dialog.getByLabel("Password").fill(`${PASSWORD} and more`);
    await dialog.getByRole("button", { name: "Add" }).click();
    await page.getByRole("button", { name: "Try again" }).click();
    await dialog.getByLabel("Password").fill(PASSWORD);
    await dialog.getByRole("button", { name: "Add" }).click();
    await page.getByRole("status").getByText("in line since").waitFor();
    const [{ id }] = await page.evaluate(() => window.mpc.accounts.list());
    const codes = [];
    for (const status of [401, 500]) {
      // As proxies do that want to be of help.
      server.echo = status;
      codes.push(await outcome(page, "sync.start", id));
    }
    await witness.readStorage(page);
    await page.evaluate((account) => window.mpc.accounts.remove(account), id);
    await witness.readStorage(page);
    await page.close();
    server.stop();
    assert.ok(!codes.includes("done"), `${codes}`);
    return codes.join(", ");
  });
}

/** How a call about an account ends. */
function outcome(page, method, account) {
  return page.evaluate(
    ([name, id]) => {
      const [part, call] = name.split(".");
      return window.mpc[part][call](id).then(
        () => "done",
        (error) => error.code,
      );
    },
    [method, account],
  );
}

/** Whether an address is that of the page which providers send users back to. */
function isReturn(address) {
  return new URL(address).pathname.endsWith("/sign-in.html");
}

/** Text as browsers store it when it has characters beyond Latin 1. */
function wide(text) {
  return Buffer.from(text, "utf16le").toString("latin1");
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** In the page: stores what is to be found, in both ways in which text is stored. */
async function plant(control) {
  const opening = indexedDB.open("control", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("control");
  const database = await new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const writing = database.transaction("control", "readwrite");
  writing.objectStore("control").put(control, 1);
  writing.objectStore("control").put(`${control} ♪`, 2);
  await new Promise((resolve, reject) => {
    writing.oncomplete = resolve;
    writing.onerror = () => reject(writing.error);
  });
  database.close();
}

/** In the page: everything that is stored, as texts. */
async function readEverything() {
  const texts = [
    JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }),
    document.cookie,
    ...(await caches.keys()),
  ];
  const decoder = new TextDecoder("latin1");
  const flat = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      return decoder.decode(value);
    }
    if (typeof value === "object" && value !== null) {
      return Object.entries(value)
        .map(([key, each]) => `${key} ${flat(each)}`)
        .join(" ");
    }
    return String(value);
  };
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const all = await settled(database.transaction(store).objectStore(store).getAll());
      texts.push(...all.map(flat));
    }
    database.close();
  }
  return texts;
}
