/**
 * Imports a folder in the player and compares the library with the one the desktop made of it.
 *
 *     node e2e/demo.mjs --url U --music DIR --desktop-json FILE [--cloud-json FILE] --screenshot FILE
 *
 * FILE holds `{tracks, albums, artists, searches: [{text, tracks: [titles…]}]}` as `mpc-desktop
 * --json` writes them; the other FILE holds the same of the development cloud, which the player
 * mirrors in a library of its own. Ends with 0 when all are equal and a track of each was heard.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { compare, print } from "./compare.mjs";
import { everything, importFiles, launch, listen, openPlayer, parseArguments } from "./lib.mjs";

const options = parseArguments(["url", "music", "desktop-json", "screenshot"], ["cloud-json"]);
const desktop = JSON.parse(readFileSync(options["desktop-json"], "utf8"));
const music = resolve(options.music);

const browser = await launch();
try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}

async function run() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await openPlayer(context, options.url, `demo-${Date.now()}`);

  const report = await importFiles(page, "folder", music);
  const { added, unchanged, failed, seconds } = report;
  const numbers = `${added} added, ${unchanged} unchanged, ${failed.length} failed`;
  console.log(`browser import: ${numbers}, ${seconds.toFixed(2)} s`);
  for (const { path, error } of failed) {
    console.log(`    ${path}: ${error}`);
  }

  const library = {
    tracks: await everything(page, "tracks"),
    albums: await everything(page, "albums"),
    artists: await everything(page, "artists"),
    searches: [],
  };
  for (const { text } of desktop.searches ?? []) {
    // Without a limit, as on the desktop, so that both answer with as many as they like to.
    const tracks = await page.evaluate(async (words) => {
      const found = await window.mpc.library.search(words);
      return found.tracks.map((track) => track.title);
    }, text);
    library.searches.push({ text, tracks });
  }
  const rows = compare(desktop, library, music);
  print(rows);
  const equal = library.tracks.length > 0 && rows.every((row) => row.equal);

  const heard = await hear(page, library.tracks);
  await shoot(page, library.albums);
  console.log(`screenshot: ${options.screenshot}`);
  const mirrored = options["cloud-json"] === undefined || (await mirror(context));
  const good = equal && heard && mirrored;
  console.log(good ? "demo: both libraries are equal" : "demo: FAILED");
  return good;
}

/** Signs in to the development cloud, mirrors it, and compares and plays what was mirrored. */
async function mirror(context) {
  const page = await openPlayer(context, options.url, `demo-cloud-${Date.now()}`);
  await page.locator("#add-from").click();
  await page.getByRole("button", { name: "Google Drive" }).click();
  const opened = context.waitForEvent("page");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await (await opened).getByRole("link", { name: "Allow" }).click();
  await page.getByRole("status").getByText("in line since").waitFor();
  const library = {
    tracks: await everything(page, "tracks"),
    albums: await everything(page, "albums"),
    artists: await everything(page, "artists"),
    searches: [],
  };
  console.log("\nthe development cloud, mirrored by both hosts:");
  const rows = compare(JSON.parse(readFileSync(options["cloud-json"], "utf8")), library, music);
  print(rows);
  const equal = library.tracks.length > 0 && rows.every((row) => row.equal);
  return equal && (await hear(page, library.tracks));
}

/** Plays the longest track that can be decoded, and listens. */
async function hear(page, tracks) {
  const playable = tracks.filter((track) => track.playable);
  const [track] = playable.sort((a, b) => (b.duration_ms ?? 0) - (a.duration_ms ?? 0));
  assert.ok(track, "nothing in the library can be played");
  await page.evaluate((id) => window.mpc.player.play(id), track.id);
  await listen(page);
  try {
    await page.waitForFunction(() => window.ears.rms() > 0.001, null, { timeout: 15_000 });
  } catch {
    console.log(`playing “${track.title}”: SILENT`);
    return false;
  }
  const level = await page.evaluate(() => window.ears.rms());
  console.log(`playing “${track.title}”: heard, level ${level.toFixed(3)}`);
  return true;
}

async function shoot(page, albums) {
  await page.evaluate(() => {
    location.hash = "#/albums";
  });
  if (albums.length > 0) {
    await page.locator(".card").first().waitFor();
  }
  // The message about the import has been read; covers fade in by themselves.
  await page.evaluate(() => document.querySelector("#toasts")?.replaceChildren());
  await page.waitForTimeout(1000);
  mkdirSync(dirname(resolve(options.screenshot)), { recursive: true });
  await page.screenshot({ path: options.screenshot });
}
