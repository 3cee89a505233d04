/**
 * Uses the built player as a person would, in headless Chromium, and listens to it.
 *
 *     node e2e/player.e2e.mjs --url http://localhost:8080/ [--fixtures DIR]
 *
 * The files it plays are made on the fly, in DIR if one is given; screenshots go there too.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { duplicates } from "./duplicates.mjs";
import { makeFixtures, RAMP_SECONDS, RAMP_TOP } from "./fixtures.mjs";
import { hosting } from "./hosting.mjs";
import {
  checks,
  importFiles,
  launch,
  listen,
  openPlayer,
  parseArguments,
  pause,
  ready,
} from "./lib.mjs";
import { lists } from "./lists.mjs";
import { longAlbum } from "./long-album.mjs";
import { interruptedImports } from "./reload.mjs";
import { webdav } from "./webdav.mjs";

const options = parseArguments(["url"], ["fixtures"]);
const folder = options.fixtures
  ? resolve(options.fixtures)
  : mkdtempSync(join(tmpdir(), "mpc-e2e-"));
mkdirSync(folder, { recursive: true });
const fixtures = makeFixtures(folder);

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
const complaints = [];
const complain = (text) => complaints.push(text);
const { check, report } = checks();

const page = await openPlayer(context, options.url, "e2e", complain);

const trackId = (title) =>
  page.evaluate(async (text) => {
    const { tracks } = await window.mpc.library.search(text);
    const found = tracks.find((track) => track.title === text);
    if (!found) {
      throw new Error(`no track is called ${text}`);
    }
    return found.id;
  }, title);

const play = async (title) => {
  const id = await trackId(title);
  await page.evaluate((track) => window.mpc.player.play(track), id);
};

const audible = () => page.waitForFunction(() => window.ears.level() > 0.01);

await check("opens on an empty library and says what to do", async () => {
  await page.getByRole("heading", { name: "Bring your music" }).waitFor();
  await page.locator("#main").getByRole("button", { name: "Add a folder" }).waitFor();
});

await check("needs no cross-origin isolation", async () => {
  assert.equal(await page.evaluate(() => globalThis.crossOriginIsolated), false);
});

await check("imports files and lists those that cannot be read", async () => {
  const report = await importFiles(page, "files", [...fixtures.good, ...fixtures.broken]);
  assert.equal(report.added, fixtures.good.length);
  assert.deepEqual(report.failed.map((file) => file.path).sort(), ["empty.flac", "picture.mp3"]);
  await page.getByText("Added 5 tracks").waitFor();
  await page.locator(".toast").getByRole("button", { name: "Show" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("picture.mp3").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

await check("shows albums", async () => {
  await page.locator(".card-title", { hasText: "Measures" }).waitFor();
  await page.locator(".card-title", { hasText: "Short Ones" }).waitFor();
});

await check("shows covers in the size that is looked at", async () => {
  const picture = async (place) => {
    await place.locator(".cover img").first().waitFor();
    return await place
      .locator(".cover img")
      .first()
      .evaluate(async (image) => {
        await image.decode();
        const context = new OffscreenCanvas(1, 1).getContext("2d");
        context.drawImage(image, 0, 0, 1, 1, 0, 0, 1, 1);
        const [red, , blue] = context.getImageData(0, 0, 1, 1).data;
        return [image.naturalWidth, image.naturalHeight, blue > red];
      });
  };
  const card = page.locator(".card", { hasText: "Measures" });
  assert.deepEqual(await picture(card), [300, 225, true]);
  await card.locator(".card-title").click();
  const large = page.locator(".hero");
  await page.waitForFunction(
    () => document.querySelector(".hero .cover img")?.naturalWidth === 640,
  );
  assert.deepEqual(await picture(large), [640, 480, true]);
  await page.goBack();
  await card.waitFor();
});

await check("importing the same files again changes nothing", async () => {
  const report = await importFiles(page, "files", fixtures.good);
  assert.deepEqual([report.added, report.unchanged], [0, fixtures.good.length]);
});

await check("takes what is dropped on the page", async () => {
  const before = await page.evaluate(() => window.mpc.status());
  const bytes = [...readFileSync(fixtures.dropped)];
  await page.evaluate((content) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(content)], "dropped.wav"));
    const fire = (type) =>
      document.body.dispatchEvent(
        new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
      );
    fire("dragenter");
    window.targetShown = document.querySelector("#drop-target.shown") !== null;
    fire("drop");
  }, bytes);
  assert.ok(await page.evaluate(() => window.targetShown), "no drop target was shown");
  await page.getByText("Added 1 track").waitFor();
  const after = await page.evaluate(() => window.mpc.status());
  assert.equal(after.tracks, before.tracks + 1);
});

await check("shows markup in titles as text", async () => {
  await page.evaluate(() => {
    location.hash = "#/tracks";
  });
  await page.locator(".track-title", { hasText: fixtures.markup }).waitFor();
  await play(fixtures.markup);
  await page.locator(".now-title", { hasText: fixtures.markup }).waitFor();
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

await listen(page);

await check("searches while one types", async () => {
  await page.locator("body").press("/");
  await page.keyboard.type("conc", { delay: 30 });
  await page.locator(".track-title", { hasText: "Concert Pitch" }).waitFor();
  await page.keyboard.type("xyz", { delay: 10 });
  await page.getByRole("heading", { name: "Nothing found for “concxyz”" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Tracks" }).waitFor();
});

await check("a tone of 440 Hz measures 440 Hz", async () => {
  await play("Concert Pitch");
  await audible();
  await pause(1000);
  const { frequency, rms } = await page.evaluate(() => ({
    frequency: window.ears.frequency(),
    rms: window.ears.rms(),
  }));
  assert.ok(Math.abs(frequency - 440) < 1, `it measures ${frequency} Hz`);
  assert.ok(Math.abs(rms - 0.3535) < 0.01, `its level is ${rms}`);
  return `${frequency.toFixed(2)} Hz, level ${rms.toFixed(4)}`;
});

await check("pause is silent within 100 ms and stays so, and resume goes on", async () => {
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    await audible();
    await pause(200);
    const silentAfter = await page.evaluate(async () => {
      const began = performance.now();
      const paused = window.mpc.player.pause();
      let silentAt;
      while (performance.now() - began < 600) {
        if (window.ears.level() > 1e-4) {
          silentAt = undefined;
        } else {
          silentAt ??= performance.now() - began;
        }
        await new Promise((done) => setTimeout(done, 2));
      }
      await paused;
      return silentAt;
    });
    assert.ok(silentAfter !== undefined && silentAfter < 100, `silent after ${silentAfter} ms`);
    times.push(silentAfter);
    const [before, after] = await page.evaluate(async () => {
      const first = await window.mpc.player.status();
      await new Promise((done) => setTimeout(done, 300));
      return [first, await window.mpc.player.status()];
    });
    assert.equal(before.state, "paused");
    assert.equal(before.position_ms, after.position_ms);
    await page.evaluate(() => window.mpc.player.resume());
  }
  await audible();
  return `at most ${Math.max(...times).toFixed(0)} ms`;
});

await check("seek lands within 50 ms", async () => {
  await play("Long Slope");
  await audible();
  const errors = [];
  for (const target of [30, 12.345, 50.5, 3.21, 41.777]) {
    await page.evaluate((seconds) => window.mpc.player.seek(seconds), target);
    await pause(450);
    const { samples, rate } = await page.evaluate(() => ({
      samples: window.ears.samples(),
      rate: window.ears.rate,
    }));
    const error = Math.abs(landing(samples, rate) - target) * 1000;
    assert.ok(error < 50, `a seek to ${target} s landed ${error.toFixed(1)} ms away`);
    errors.push(error);
  }
  return `at most ${Math.max(...errors).toFixed(1)} ms`;
});

await check("the page shows the position that is heard", async () => {
  await page.evaluate(() => window.mpc.player.seek(20));
  await pause(1200);
  const { level, shown } = await page.evaluate(async () => ({
    level: window.ears.samples().at(-1),
    shown: Number(document.querySelector(".slider.seek").value) / 1000,
  }));
  const heard = (level / RAMP_TOP) * RAMP_SECONDS;
  assert.ok(Math.abs(heard - shown) < 0.6, `heard ${heard} s, shown ${shown} s`);
  return `heard ${heard.toFixed(2)} s, shown ${shown.toFixed(2)} s`;
});

await check("the volume slider changes the loudness", async () => {
  await play("Concert Pitch");
  await audible();
  await page.locator(".slider.volume").fill("50");
  await pause(1000);
  const rms = await page.evaluate(() => window.ears.rms());
  await page.locator(".slider.volume").fill("100");
  assert.ok(Math.abs(rms - 0.3535 / 4) < 0.01, `its level is ${rms}`);
});

await check("the keyboard plays, pauses, seeks and changes the volume", async () => {
  await page.evaluate(() => {
    location.hash = "#/tracks";
  });
  const row = page.locator("button.track", { hasText: "Concert Pitch" });
  await row.waitFor();
  await page.locator("#search").focus();
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await row.evaluate((element) => element === document.activeElement);
    if (focused) {
      break;
    }
  }
  assert.ok(await row.evaluate((element) => element === document.activeElement), "no way there");
  const ring = await row.evaluate((element) => getComputedStyle(element).outlineStyle);
  assert.equal(ring, "solid", "the focus cannot be seen");
  const status = () => page.evaluate(() => window.mpc.player.status());
  const state = (wanted) =>
    page.waitForFunction((name) => document.body.dataset.state === name, wanted);
  await page.keyboard.press(" ");
  await state("paused");
  await page.keyboard.press("Enter");
  await state("playing");
  const before = (await status()).position_ms;
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await pause(500);
  const after = (await status()).position_ms;
  assert.ok(after - before > 9000 && after - before < 13_000, `${before} to ${after} ms`);
  // In a list the arrows go to the next row; elsewhere they change the volume.
  const focused = () => page.evaluate(() => document.activeElement.closest("li")?.ariaPosInSet);
  const place = Number(await focused());
  await page.keyboard.press("ArrowDown");
  assert.equal(Number(await focused()), place + 1);
  await page.keyboard.press("ArrowUp");
  assert.equal(Number(await focused()), place);
  await page.locator(".play-button").focus();
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.querySelector(".slider.volume").value === "95");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("m");
  await page.waitForFunction(() => window.ears.level() < 1e-4);
  await page.keyboard.press("m");
  await audible();
});

await check("everything that can be clicked has a name and can be reached", async () => {
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, a[href], input, select")]
      .filter((element) => element.checkVisibility())
      .filter(
        (element) =>
          element.tabIndex < 0 ||
          !(element.getAttribute("aria-label") || element.labels?.length || element.textContent),
      )
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  assert.deepEqual(nameless, []);
});

await check("the focus stays where it is when the library changes", async () => {
  const more = page.getByRole("button", { name: "More for Concert Pitch" });
  await more.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Concert Pitch" });
  const changed = () =>
    page.evaluate(async () => {
      const before = document.querySelector("#main > .view");
      const [track] = (await window.mpc.library.search("Concert Pitch")).tracks;
      await window.mpc.library.setFavourite([track.id], !track.favourite);
      while (document.querySelector("#main > .view") === before) {
        await new Promise((done) => setTimeout(done, 50));
      }
    });
  await dialog.waitFor();
  await changed();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  const kept = () => more.evaluate((element) => element === document.activeElement);
  assert.ok(await kept(), "lost behind a dialog");
  await changed();
  await page.waitForFunction(() => document.activeElement !== document.body);
  assert.ok(await kept(), "lost in the list");
});

await check("every part of the page has a name, and what a search found is said", async () => {
  await page.evaluate(() => window.mpc.player.pause());
  for (const name of ["Artists", "Tracks"]) {
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("main", { name }).waitFor();
    assert.equal(await page.title(), `${name} · Music`);
    assert.ok(await page.evaluate(() => document.activeElement.matches("main")));
  }
  await page.locator("#search").fill("step");
  await page
    .getByRole("status")
    .getByText(/^Results for “step”\. 2 tracks$/)
    .waitFor();
  await page.evaluate(() => {
    location.hash = "#/tracks";
  });
  await page.locator("#search").fill("");
});

await check("at the end of a track the next one of the list plays, then it ends", async () => {
  await page.evaluate(() => {
    location.hash = "#/albums";
  });
  await page.locator(".card-link", { hasText: "Short Ones" }).click();
  await page.locator("button.track", { hasText: "First Step" }).click();
  await page.locator("[aria-current] .track-title", { hasText: "First Step" }).waitFor();
  await page.locator("[aria-current] .track-title", { hasText: "Second Step" }).waitFor();
  await audible();
  await page.waitForFunction(() => document.body.dataset.state === "stopped");
  await page.waitForFunction(() => window.ears.level() < 1e-4);
});

await check("previous and next move in the list", async () => {
  await page.locator("button.track", { hasText: "First Step" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.locator(".now-title", { hasText: "Second Step" }).waitFor();
  await page.getByRole("button", { name: "Previous" }).click();
  await page.locator(".now-title", { hasText: "First Step" }).waitFor();
});

await check("tells the system what is playing", async () => {
  await page.waitForFunction(() => navigator.mediaSession.metadata?.title === "First Step");
});

await check("another profile is another library", async () => {
  const other = await openPlayer(context, options.url, "e2e-other", complain);
  const { tracks } = await other.evaluate(() => window.mpc.status());
  await other.close();
  assert.equal(tracks, 0);
});

await check("a library that is deleted while it is open says so, and begins anew", async () => {
  // Without a listener for complaints: that the core logs an error is the point.
  const other = await openPlayer(context, options.url, "e2e-gone", () => {});
  await other.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase("mpc:e2e-gone");
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
      }),
  );
  const toast = other.locator(".toast", { hasText: "What this site had stored was deleted" });
  await toast.waitFor();
  await toast.getByRole("button", { name: "Reload" }).click();
  await toast.waitFor({ state: "detached" });
  await ready(other);
  await other.evaluate(() => window.mpc.playlists.create({ name: "New" }));
  await other.close();
});

await check("a reload keeps the library", async () => {
  const before = await page.evaluate(() => window.mpc.status());
  await page.reload();
  await page.waitForFunction(() => window.mpc && document.querySelector("#main .view"));
  const after = await page.evaluate(() => window.mpc.status());
  assert.equal(after.tracks, before.tracks);
  assert.equal(after.albums, before.albums);
});

await hosting(check, context, options.url, fixtures, complain);

const listening = await openPlayer(context, options.url, "e2e-lists", complain);
await lists(check, listening, fixtures);
await listening.close();

const long = await openPlayer(context, options.url, "e2e-long", complain);
await longAlbum(check, long);
await long.close();

const doubled = await openPlayer(context, options.url, "e2e-duplicates", complain);
await duplicates(check, doubled, folder);
await doubled.close();

await webdav(check, context, options.url, complain);

await interruptedImports(check, context, options.url, fixtures, complain);

await check("fits from 1280 down to 320 pixels, in light and dark", async () => {
  for (const [width, height] of [
    [1280, 800],
    [960, 600],
    [640, 360],
    [390, 844],
    [320, 256],
  ]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await play("Concert Pitch");
      for (const route of ["albums", "artists", "tracks", "playlists", "search/step"]) {
        await page.evaluate((name) => {
          location.hash = `#/${name}`;
        }, route);
        await pause(250);
        const wide = await page.evaluate(() =>
          [document.documentElement, document.body, document.querySelector("main")].some(
            (element) => element.scrollWidth > element.clientWidth,
          ),
        );
        assert.ok(!wide, `${route} is wider than ${width} pixels`);
        assert.deepEqual(await overlaps(), [], `overlaps at ${width} pixels`);
        const room = await page.locator("main").evaluate((main) => main.clientHeight);
        assert.ok(room >= 140, `${route} has ${room} pixels of ${height}`);
        const name = `${route.split("/")[0]}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(folder, name) });
      }
    }
  }
});

await check("the page complained about nothing", () => {
  assert.deepEqual(complaints, []);
});

/** What in the header and in the player lies over something else there. */
function overlaps() {
  return page.evaluate(() => {
    const parts = [...document.querySelectorAll(".top, .player")].flatMap((bar) =>
      [...bar.querySelectorAll("a, button, input")].filter((each) => each.checkVisibility()),
    );
    const boxes = parts.map((part) => [part, part.getBoundingClientRect()]);
    return boxes.flatMap(([one, a], index) =>
      boxes
        .slice(index + 1)
        .filter(
          ([, b]) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1,
        )
        .map(([other]) => `${one.outerHTML.slice(0, 60)} and ${other.outerHTML.slice(0, 60)}`),
    );
  });
}

await browser.close();
if (!options.fixtures) {
  rmSync(folder, { recursive: true, force: true });
}
report();

/**
 * Where a seek in the ramp landed, in seconds: goes back from the last sample for as long as the
 * ramp is unbroken. What it ends at is the first thing heard at the new place.
 */
function landing(samples, rate) {
  const last = samples.length - 1;
  const slope = RAMP_TOP / RAMP_SECONDS / rate;
  let first = last;
  while (
    first > 0 &&
    Math.abs(samples[first - 1] - (samples[last] - (last - first + 1) * slope)) < 0.004
  ) {
    first -= 1;
  }
  assert.ok(first > 0, "the jump is not among what was heard");
  // The first samples are still being faded in, so the last one says where they are.
  return (samples[last] / RAMP_TOP) * RAMP_SECONDS - (last - first) / rate;
}
