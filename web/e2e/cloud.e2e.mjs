/**
 * Signs in to a cloud, mirrors it, plays from it and signs out, in headless Chromium: by a window
 * and by leaving the page, served with COOP and COEP and without. Then it looks for what must not
 * be anywhere.
 *
 *     node e2e/cloud.e2e.mjs --url U --isolated-url U --services JSON
 *
 * JSON is the line that `test-cloud`'s example `serve_folder` prints; its drive holds what
 * `node e2e/cloud-files.mjs FOLDER` writes.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beginSignIn, chooseDrive, drives, ON_DRIVE, tell } from "./cloud.mjs";
import {
  checks,
  everything,
  launchIn,
  listen,
  openPlayer,
  parseArguments,
  pause,
  ready,
  within,
} from "./lib.mjs";
import { badWeather, Witness } from "./secrecy.mjs";
import { tabs } from "./tabs.mjs";

const options = parseArguments(["url", "isolated-url", "services"]);
const services = JSON.parse(options.services);
const folder = mkdtempSync(join(tmpdir(), "mpc-cloud-"));
const context = await launchIn(folder);
const complaints = [];
const complain = (text) => complaints.push(text);
const { check, report } = checks();
const witness = new Witness(services);
await witness.listen(context);
await context.route("**/drives.json", (route) => route.fulfill({ json: drives(services) }));

for (const [where, url] of [
  ["without COOP and COEP", options.url],
  ["with COOP and COEP", options["isolated-url"]],
]) {
  for (const way of ["a window", "this tab"]) {
    await check(`${where}, by ${way}: signs in, mirrors, plays, signs out`, () =>
      within(story(url, way), 120_000, "it took too long"),
    );
  }
}

await check("OneDrive: signs in, mirrors, plays from addresses that take no token, signs out", () =>
  within(story(options.url, "a window", "OneDrive"), 120_000, "it took too long"),
);

await check("a refusal says what helps, and trying again works", async () => {
  const page = await open(options.url, "refusal");
  const window = await beginSignIn(page);
  await window.getByRole("link", { name: "Refuse" }).click();
  const dialog = page.getByRole("dialog", { name: "Sign in to Google Drive" });
  await dialog.getByText("Try again, and allow the access.").waitFor();
  const opened = context.waitForEvent("page");
  await dialog.getByRole("button", { name: "Try again" }).click();
  await (await opened).getByRole("link", { name: "Allow" }).click();
  await page.getByText("ann@example.org is signed in to Google Drive").waitFor();
  await page.close();
});

await check("a sign-in that is given up lets the next one begin", async () => {
  const page = await open(options.url, "given-up");
  const window = await beginSignIn(page);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  if (!window.isClosed()) {
    await window.close();
  }
  await (await beginSignIn(page)).getByRole("link", { name: "Allow" }).click();
  await page.getByText("ann@example.org is signed in to Google Drive").waitFor();
  await page.close();
});

await check("a blocked window is told, and the sign-in goes on in the tab", async () => {
  const page = await open(options.url, "blocked");
  await page.evaluate(() => {
    window.open = () => null;
  });
  await chooseDrive(page);
  const dialog = page.getByRole("dialog", { name: "Sign in to Google Drive" });
  await dialog.getByText("The browser did not open a window to sign in").waitFor();
  await dialog.getByRole("button", { name: "Continue in this tab" }).click();
  await page.getByRole("link", { name: "Allow" }).click();
  await page.getByText("ann@example.org is signed in to Google Drive").waitFor();
  await page.close();
});

await check("everything can be reached and is named without a mouse", async () => {
  const page = await open(options.url, "keyboard");
  await page.locator("#add-from").focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Add music from…" });
  await dialog.waitFor();
  for (let tries = 0; tries < 10; tries += 1) {
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    if (focused === "Google Drive") {
      break;
    }
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Google Drive", exact: true }).waitFor();
  const opened = context.waitForEvent("page");
  await page.keyboard.press("Enter");
  await (await opened).getByRole("link", { name: "Allow" }).click();
  await page.getByRole("listitem", { name: "Google Drive, ann@example.org" }).waitFor();
  await page.getByRole("status").getByText("12 tracks").waitFor();
  await page.close();
});

await check("two tabs do not synchronise one account at once", async () => {
  const first = await open(options.url, "keyboard");
  const second = await open(options.url, "keyboard");
  const [account] = await first.evaluate(() => window.mpc.accounts.list());
  const start = (page) =>
    page.evaluate(
      (id) =>
        window.mpc.sync.start(id).then(
          () => "done",
          (error) => error.code,
        ),
      account.id,
    );
  await slowly();
  const outcomes = (await Promise.all([start(first), start(second)])).sort();
  await context.unroute(`${services.api}/**`);
  assert.deepEqual(outcomes, ["done", "sync_under_way"]);
  const status = await second.evaluate(() => window.mpc.sync.status());
  assert.equal(status[0].tracks, ON_DRIVE);
  await first.close();
  await second.close();
});

await check("an account can be removed while it is synchronised", async () => {
  const page = await open(options.url, "given-up");
  await page.evaluate(() => {
    location.hash = "#/accounts";
  });
  const card = page.getByRole("listitem", { name: "Google Drive, ann@example.org" });
  await card.getByText("in line since").waitFor();
  await slowly();
  await card.getByRole("button", { name: "Sync now" }).click();
  await card.getByRole("button", { name: "Stop" }).waitFor();
  await card.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("The account is removed").waitFor();
  await context.unroute(`${services.api}/**`);
  assert.deepEqual(await everything(page, "tracks"), []);
  await page.close();
});

await check("an access that was ended is said, and signing in again goes on", async () => {
  const page = await open(options.url, "keyboard");
  await page.evaluate(() => {
    location.hash = "#/accounts";
  });
  const card = page.getByRole("listitem", { name: "Google Drive, ann@example.org" });
  await card.getByText("in line since").waitFor();
  const before = await everything(page, "tracks");
  await tell(services, "/end-access");
  await card.getByRole("button", { name: "Sync now" }).click();
  await card.getByText("The drive asks you to sign in again.").waitFor();
  const opened = context.waitForEvent("page");
  await card.getByRole("button", { name: "Sign in again" }).click();
  await (await opened).getByRole("link", { name: "Allow" }).click();
  await card.getByText("in line since").waitFor();
  const after = await everything(page, "tracks");
  assert.deepEqual(
    after.map(({ id }) => id),
    before.map(({ id }) => id),
  );
  await page.close();
});

await check("a track on a drive says where it is from", async () => {
  const page = await open(options.url, "keyboard");
  await page.evaluate(() => {
    location.hash = "#/tracks";
  });
  await page.getByRole("button", { name: "More for Cloud Track 7" }).click();
  await page.getByRole("button", { name: "Where it is from…" }).click();
  const dialog = page.getByRole("dialog", { name: "Cloud Track 7" });
  await dialog.getByText("“08.wav” on Google Drive of ann@example.org.").waitFor();
  await page.close();
});

await check("an account says what ran, and mirrors only what its owner wants", async () => {
  const page = await open(options.url, "keyboard");
  await page.evaluate(() => {
    location.hash = "#/accounts";
  });
  await page.getByRole("button", { name: "History" }).click();
  const history = page.getByRole("dialog", { name: "Syncs of ann@example.org" });
  await history.getByText(/^In line · \d+ added/).waitFor();
  await page.keyboard.press("Escape");
  const leaveOut = async (extensions) => {
    await page.getByRole("button", { name: "Files…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Not files with these extensions").fill(extensions);
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  const status = page.getByRole("status");
  await leaveOut("wav");
  await status.getByText(/^0 tracks · in line since/).waitFor();
  await leaveOut("");
  await status.getByText(/^[1-9]\d* tracks · in line since/).waitFor();
  await page.close();
});

await tabs(check, services, (profile) => open(options.url, profile));

// What goes wrong on purpose here is complained about.
await badWeather(check, witness, services, (profile) =>
  openPlayer(context, options.url, `e2e-cloud ${profile}`, () => {}),
);

await check("no secret is logged, told, asked where it has no business, or stored", async () => {
  const page = await open(options.url, "keyboard");
  await witness.readStorage(page);
  await page.close();
  return witness.accuse();
});

await context.close();

await check("no secret is in the browser's profile on disk", () => witness.accuseFiles(folder));

await check("no page complained", async () => {
  // What a refused request says on the console is the browser's word, not ours.
  const ours = complaints.filter((text) => !text.includes("Failed to load resource"));
  assert.deepEqual(ours, []);
});

rmSync(folder, { recursive: true, force: true });
report();

/** From an empty library to an empty library. */
async function story(url, way, drive = "Google Drive") {
  const page = await open(url, `story ${way} ${drive}`);
  const isolated = url !== options.url;
  assert.equal(await page.evaluate(() => globalThis.crossOriginIsolated), isolated);
  const window = await beginSignIn(page, drive);
  if (way === "a window") {
    await window.getByRole("link", { name: "Allow" }).click();
  } else {
    await page.getByRole("button", { name: "Continue in this tab" }).click();
    await page.getByRole("link", { name: "Allow" }).click();
    await ready(page);
  }
  await page.getByText(`ann@example.org is signed in to ${drive}`).waitFor();
  const card = page.getByRole("listitem", { name: `${drive}, ann@example.org` });
  await card.getByText(`${ON_DRIVE} tracks`).waitFor();
  assert.ok(!/code=|state=/.test(page.url()), page.url());

  const tracks = await everything(page, "tracks");
  assert.equal(tracks.length, ON_DRIVE);
  assert.ok(tracks.every((track) => track.duration_ms === 3000 && track.artist === "The Clouds"));
  const [status] = await page.evaluate(() => globalThis.mpc.sync.status());
  assert.deepEqual([status.to_read, status.unreadable, status.is_running], [0, 0, false]);
  const chosen = tracks.find((track) => track.title === "Cloud Track 7");
  await page.evaluate((id) => globalThis.mpc.player.play(id), chosen.id);
  await listen(page);
  await page.waitForFunction(() => globalThis.ears.rms() > 0.05);
  const heard = await page.evaluate(() => globalThis.ears.frequency());
  assert.ok(Math.abs(heard - 440) < 3, `440 Hz sound like ${heard}`);
  const why = await page.evaluate((id) => globalThis.mpc.sync.explain(id), chosen.id);
  assert.deepEqual([why.is_there, why.name], [true, "08.wav"]);
  await page.evaluate(() => globalThis.mpc.player.stop());

  await page.evaluate(() => {
    location.hash = "#/accounts";
  });
  await card.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("The account is removed").waitFor();
  assert.deepEqual(await page.evaluate(() => globalThis.mpc.accounts.list()), []);
  assert.deepEqual(await everything(page, "tracks"), []);
  await page.close();
  if (way === "a window" && !window.isClosed()) {
    await window.getByText("You can close this window").waitFor();
    await window.close();
    return "the window stays open";
  }
  return undefined;
}

function open(url, profile) {
  return openPlayer(context, url, `e2e-cloud ${profile}`, complain);
}

/** Has the drive answer late, so that what is under way is seen. */
function slowly() {
  return context.route(`${services.api}/**`, async (route) => {
    await pause(500);
    // A page that has gone away needs no answer.
    await route.continue().catch(() => {});
  });
}
