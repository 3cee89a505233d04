/**
 * Opens a generated library in the built player, searches and scrolls it, and measures a cold start
 * beside plain IndexedDB. `cargo xtask bench player` runs it.
 *
 *     node e2e/large.e2e.mjs --url http://localhost:8080/ --library FILE --tracks N [--rounds 3]
 *
 * FILE is what core-library's example `generated_library` writes, with N tracks. Figures are printed as
 * `bench: NAME OURS BASELINE` in milliseconds. Ends with 0 when every check passes.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checks, launchIn, openPlayer, parseArguments, pause, ready } from "./lib.mjs";
import { smoothly } from "./longest-task.mjs";
import { scrolling } from "./scrolling.mjs";

const options = parseArguments(["url", "library", "tracks"], ["rounds"]);
const rounds = Number(options.rounds ?? 3);
const profile = "large";
const folder = mkdtempSync(join(tmpdir(), "mpc-large-"));
const address = `${options.url}?profile=${profile}`;
const { check, report } = checks();

const bench = (name, ours, baseline) =>
  console.log(`bench: ${name} ${ours.toFixed(2)} ${baseline.toFixed(2)}`);

const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];

/** Runs `use` on a page of a browser that was started for it, so that nothing is warm. */
async function cold(use) {
  const context = await launchIn(folder);
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

try {
  await cold(fill);
  await cold(use);
  await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (report() === 0) {
  console.log("large: all is well");
}

/** Reads the library through the page's own button, and stores the same tracks without it. */
async function fill(context) {
  const page = await openPlayer(context, options.url, profile);
  await check("a copy of a large library is read", async () => {
    await page.evaluate(() => {
      location.hash = "#/playlists";
    });
    await page.getByRole("button", { name: "Read a copy" }).waitFor();
    await page.getByLabel("Copy of a library").setInputFiles(resolve(options.library));
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Replace what is here").check();
    const start = Date.now();
    await dialog.getByRole("button", { name: "Read", exact: true }).click();
    await page
      .locator(".toast", { hasText: "is the one of the copy now" })
      .waitFor({ timeout: 900_000 });
    const { tracks } = await page.evaluate(() => window.mpc.status());
    assert.equal(tracks, Number(options.tracks));
    return `${tracks} tracks in ${((Date.now() - start) / 1000).toFixed(1)} s`;
  });
  await check("and written again, the same", async () => {
    const { before, after, size } = await page.evaluate(async () => {
      const { library, playlists } = window.mpc;
      const counts = async () => {
        const { tracks, albums, artists } = await window.mpc.status();
        return { tracks, albums, artists, playlists: (await playlists.list()).items.length };
      };
      const before = await counts();
      const copy = await library.exportLibrary();
      // What is not in the copy is gone afterwards, and what is missing is there again.
      await playlists.create({ name: "Later" });
      await library.remove((await library.tracks({ limit: 10 })).items.map(({ id }) => id));
      await library.importLibrary(copy, { replace: { safety_copy: null } });
      return { before, after: await counts(), size: copy.size };
    });
    assert.deepEqual(after, before);
    return `${(size / 1e6).toFixed(1)} MB`;
  });
  await page.evaluate(storeRaw);
  // The core folds its log when nothing else is to be done.
  await pause(5_000);
}

/** In the page: every track as one object under six indexes, as a program without a core has it. */
async function storeRaw() {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opening = indexedDB.open("raw");
  opening.onupgradeneeded = () => {
    const store = opening.result.createObjectStore("tracks", { keyPath: "id" });
    for (const index of ["title", "artist", "album_id", "year", "genre", "added_at"]) {
      store.createIndex(index, index);
    }
  };
  const db = await done(opening);
  let after;
  do {
    const page = await window.mpc.library.tracks({ sort: "path", limit: 500, after });
    const transaction = db.transaction("tracks", "readwrite");
    for (const track of page.items) {
      transaction.objectStore("tracks").put(track);
    }
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    after = page.next ?? undefined;
  } while (after !== undefined);
  db.close();
}

/** Searches and scrolls. */
async function use(context) {
  const page = await context.newPage();
  await page.goto(address);
  await ready(page);
  await check("results follow what is typed", async () => {
    const title = await page.evaluate(async () => {
      const { items } = await window.mpc.library.tracks({ sort: "-title", limit: 1 });
      return items[0].title;
    });
    const search = page.locator("#search");
    await search.click();
    return smoothly(page, async () => {
      for (const [text, part, found] of [
        [title, ".track-title", title],
        ["jazz album", ".card-title", "Jazz Album"],
        ["artist 12", ".artist-name", "Artist 12"],
        ["zzzz", ".heading h1", "Nothing found for “zzzz”"],
      ]) {
        await search.fill("");
        await search.pressSequentially(text, { delay: 60 });
        await page.locator("#main h1", { hasText: `“${text}”` }).waitFor();
        const first = await page.locator(`#main ${part}`).first().textContent();
        assert.ok(first.startsWith(found), `“${text}” finds ${first}`);
      }
    });
  });
  await check("a search takes a moment", async () => {
    const times = await page.evaluate(async () => {
      const texts = ["m", "mi", "midnight", "midnight river", "jazz alb", "artist 7", "midnihgt"];
      const times = [];
      for (let round = 0; round < 10; round += 1) {
        for (const text of texts) {
          const start = performance.now();
          await window.mpc.library.search(text, { limit: 20 });
          times.push(performance.now() - start);
        }
      }
      return times;
    });
    return `median ${median(times).toFixed(1)} ms, longest ${Math.max(...times).toFixed(1)} ms`;
  });
  await scrolling(check, page);
}

/** Cold starts, one of ours and one without a core in turns. */
async function measure() {
  const ours = [];
  const all = [];
  const first = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await cold(openOurs));
    const raw = await cold(openRaw);
    all.push(raw.all);
    first.push(raw.first);
  }
  bench("cold_open_all", median(ours), median(all));
  bench("cold_open_page", median(ours), median(first));
}

/** From the beginning of the navigation to the first tracks in the document. */
async function openOurs(context) {
  const page = await context.newPage();
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(".track-item")) {
        window.shownAt = performance.now();
        observer.disconnect();
      }
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${address}#/tracks`);
  return (await page.waitForFunction(() => window.shownAt, null, { timeout: 120_000 })).jsonValue();
}

/** The same tracks from plain IndexedDB: all of them, and the first fifty by title. */
async function openRaw(context) {
  const page = await context.newPage();
  // A page of this origin without a program.
  await page.route("**/plain.html", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>plain</title>" }),
  );
  await page.goto(new URL("plain.html", options.url).href);
  return page.evaluate(async () => {
    const done = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const start = performance.now();
    const db = await done(indexedDB.open("raw"));
    const opened = performance.now() - start;
    const store = () => db.transaction("tracks").objectStore("tracks");
    const page = await done(store().index("title").getAll(null, 50));
    const first = performance.now() - start;
    const beginning = performance.now();
    const rows = await done(store().getAll());
    const all = opened + performance.now() - beginning;
    if (page.length === 0 || rows.length < page.length) {
      throw new Error("nothing is stored");
    }
    return { first, all };
  });
}
