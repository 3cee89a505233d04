/** Music on a WebDAV server of another origin: what the player asks, and what the server has to allow. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { tone, wav } from "./fixtures.mjs";
import { everything, listen, openPlayer } from "./lib.mjs";

const USER = "ann";
/** Every space counts. */
const PASSWORD = " two words ";

/** Runs the checks; the headers are those that docs/webdav.md names. */
export async function webdav(check, context, url, complain) {
  const server = new WebDavServer(new URL(url).origin, USER, PASSWORD);
  const address = await server.start();
  // What a refused request says on the console is the browser's word, not ours.
  const ours = (text) => text.includes("Failed to load resource") || complain(text);

  await check("a WebDAV server is asked for, mirrored and played from", async () => {
    const page = await openPlayer(context, url, "e2e-webdav", ours);
    await page.locator("#add-from").click();
    await page.getByRole("button", { name: "WebDAV" }).click();
    const dialog = page.getByRole("dialog", { name: "WebDAV", exact: true });
    await dialog.getByLabel("Address").fill(` ${address} `);
    await dialog.getByLabel("Name").fill(USER);
    await dialog.getByLabel("Password").fill(PASSWORD.trim());
    await dialog.getByRole("button", { name: "Add" }).click();
    await page.getByText("Check the name and the password.").waitFor();
    // What was typed is still there, to be corrected.
    await page.getByRole("button", { name: "Try again" }).click();
    assert.equal(await dialog.getByLabel("Address").inputValue(), address);
    assert.equal(await dialog.getByLabel("Name").inputValue(), USER);
    await dialog.getByLabel("Password").fill(PASSWORD);
    await dialog.getByRole("button", { name: "Add" }).click();
    await page.getByRole("status").getByText("in line since").waitFor();
    const [track] = await everything(page, "tracks");
    assert.deepEqual([track.title, track.duration_ms], ["Over There", 3000]);
    await page.evaluate((id) => window.mpc.player.play(id), track.id);
    await listen(page);
    await page.waitForFunction(() => window.ears.rms() > 0.05);
    await page.close();
  });

  await check(
    "a WebDAV server that keeps its ranges from pages is listed, not played",
    async () => {
      server.exposed = "";
      const page = await openPlayer(context, url, "e2e-webdav", ours);
      const played = await page.evaluate(async () => {
        const { items } = await window.mpc.library.tracks();
        return window.mpc.player.play(items[0].id).then(
          () => "played",
          ({ code }) => code,
        );
      });
      assert.equal(played, "unavailable");
      await page.close();
    },
  );

  server.stop();
}

/** A server with one folder with one file, for pages of one origin. */
export class WebDavServer {
  /** What pages may see of its answers. */
  exposed = "Content-Range, ETag, Retry-After";
  /** The status with which it gives back what it was asked, as a proxy may that is in trouble. */
  echo = 0;
  #song = wav(3, tone(440), { INAM: "Over There", IART: "The Servers", IPRD: "Folders" });
  #origin;
  #known;
  #server = createServer((request, response) => this.#answer(request, response));

  constructor(origin, user, password) {
    this.#origin = origin;
    this.#known = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  }

  /** Begins to listen, and says at what address. */
  async start() {
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${this.#server.address().port}/music/`;
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer({ method, url, headers }, response) {
    response.setHeader("Access-Control-Allow-Origin", this.#origin);
    response.setHeader("Access-Control-Expose-Headers", this.exposed);
    if (method === "OPTIONS") {
      response.setHeader("Access-Control-Allow-Methods", "GET, PROPFIND, REPORT");
      response.setHeader(
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Depth, If-Match, Range",
      );
      response.writeHead(204).end();
    } else if (this.echo !== 0) {
      response.writeHead(this.echo).end(`${method} ${url}: ${JSON.stringify(headers)}`);
    } else if (headers.authorization !== this.#known) {
      response.writeHead(401, { "WWW-Authenticate": "Basic" }).end();
    } else if (method === "PROPFIND" && url === "/music/") {
      const inside = headers.depth === "1" ? this.#file() : "";
      response
        .writeHead(207, { "Content-Type": "application/xml" })
        .end(
          `<d:multistatus xmlns:d="DAV:">${entry("/music/", "<d:resourcetype><d:collection/></d:resourcetype>")}${inside}</d:multistatus>`,
        );
    } else if (method === "GET" && url === "/music/song.wav") {
      const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range) ?? [];
      const end = to ? Math.min(Number(to) + 1, this.#song.length) : this.#song.length;
      response.setHeader("Content-Range", `bytes ${from}-${end - 1}/${this.#song.length}`);
      response.writeHead(206, { ETag: '"1"' }).end(this.#song.subarray(Number(from), end));
    } else {
      response.writeHead(404).end();
    }
  }

  #file() {
    return entry(
      "/music/song.wav",
      `<d:resourcetype/><d:getcontentlength>${this.#song.length}</d:getcontentlength><d:getetag>"1"</d:getetag>`,
    );
  }
}

function entry(href, properties) {
  return `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
}
