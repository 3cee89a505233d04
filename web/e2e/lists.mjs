/** Playlists, ratings, history and the queue, as a person meets them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { importFiles, pause, ready } from "./lib.mjs";

/** Runs the checks on a page of a library of its own. */
export async function lists(check, page, fixtures) {
  await importFiles(page, "files", fixtures.good);
  const go = (hash) =>
    page.evaluate((next) => {
      location.hash = next;
    }, hash);
  const rows = page.locator("#main .track-title");
  const row = (title) => page.locator(".track-item", { hasText: title });
  const menu = async (title) => {
    await row(title).first().hover();
    await row(title).first().getByRole("button", { name: "More for" }).click();
  };
  const dialog = page.getByRole("dialog");
  const closed = () => dialog.waitFor({ state: "detached" });

  await check("a new playlist is made from a track's menu", async () => {
    await go("#/tracks");
    await menu("Concert Pitch");
    await dialog.getByRole("button", { name: "New playlist…" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Evening");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Added to “Evening”").waitFor();
    await menu("Long Slope");
    await dialog.getByRole("button", { name: "Evening" }).click();
    await closed();
    await go("#/playlists");
    await page.locator(".artist", { hasText: "Evening" }).getByText("2 tracks").waitFor();
  });

  await check("entries are moved, removed and a playlist renamed", async () => {
    await page.locator(".artist", { hasText: "Evening" }).click();
    await page.getByRole("heading", { name: "Evening" }).waitFor();
    assert.deepEqual(await rows.allTextContents(), ["Concert Pitch", "Long Slope"]);
    await menu("Long Slope");
    await dialog.getByRole("button", { name: "Move up" }).click();
    await page.waitForFunction(
      () => document.querySelector("#main .track-title")?.textContent === "Long Slope",
    );
    await menu("Concert Pitch");
    await dialog.getByRole("button", { name: "Remove from playlist" }).click();
    await row("Concert Pitch").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Night");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Night" }).waitFor();
  });

  await check("an exported playlist can be imported again", async () => {
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export" }).click();
    const file = await (await downloading).path();
    await go("#/playlists");
    await page.getByLabel("Playlist file").setInputFiles({
      name: "Again.m3u8",
      mimeType: "audio/x-mpegurl",
      buffer: (await import("node:fs")).readFileSync(file),
    });
    await page.locator(".artist", { hasText: "1 track" }).nth(1).waitFor();
  });

  await check("stars and hearts fill a smart playlist", async () => {
    await page.getByRole("button", { name: "New smart playlist" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Loved");
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByText("Nothing fits its rules yet").waitFor();
    await go("#/tracks");
    await menu("Concert Pitch");
    await dialog.getByRole("button", { name: "4 stars" }).click();
    await dialog.getByRole("button", { name: "Add to favourites" }).click();
    await closed();
    await row("Concert Pitch").locator(".heart").waitFor();
    await go("#/playlists");
    await page.locator(".artist", { hasText: "Loved" }).click();
    await row("Concert Pitch").waitFor();
    const rating = await page.evaluate(async () => {
      const { tracks } = await window.mpc.library.search("concert pitch");
      return tracks[0].rating;
    });
    assert.equal(rating, 80);
  });

  await check("what was played is in the history", async () => {
    await go("#/tracks");
    await row("First Step").getByRole("button").first().click();
    await page.waitForFunction(
      async () => (await window.mpc.library.history({ outcome: "completed" })).items.length > 0,
      null,
      { polling: 200 },
    );
    await page.waitForFunction(() => document.body.dataset.state === "playing");
    await page.getByRole("button", { name: "Pause" }).click();
    await go("#/history");
    await row("First Step").first().waitFor();
  });

  await check("after a reload the player goes on where it stopped", async () => {
    await go("#/tracks");
    await row("Concert Pitch").getByRole("button").first().click();
    await page.waitForFunction(() => document.body.dataset.state === "playing");
    await page.evaluate(() => window.mpc.player.seek(20));
    await pause(700);
    await page.getByRole("button", { name: "Pause" }).click();
    await pause(300);
    await page.reload();
    await ready(page);
    await page.locator(".now-title", { hasText: "Concert Pitch" }).waitFor();
    const shown = await page.locator(".slider.seek").inputValue();
    assert.ok(Number(shown) > 19_000 && Number(shown) < 24_000, `it stands at ${shown} ms`);
    await page.locator(".player").getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(async () => {
      const { state, position_ms } = await window.mpc.player.status();
      return state === "playing" && position_ms > 19_500;
    });
    await page.evaluate(() => window.mpc.player.stop());
  });

  await check("an edited title is shown, outlives an import, and can be taken back", async () => {
    await go("#/tracks");
    await menu("Second Step");
    await dialog.getByRole("button", { name: "Edit…" }).click();
    await page.getByRole("textbox", { name: "Title" }).fill("Another Step");
    await page.getByRole("button", { name: "Save" }).click();
    await row("Another Step").waitFor();
    await importFiles(page, "files", fixtures.good);
    await row("Another Step").waitFor();
    await menu("Another Step");
    await dialog.getByRole("button", { name: "Edit…" }).click();
    await page.getByLabel("Go back to what the file says").check();
    await page.getByRole("button", { name: "Save" }).click();
    await row("Second Step").waitFor();
  });

  await check("a removed track comes back with Undo", async () => {
    await menu("Second Step");
    await dialog.getByRole("button", { name: "Remove from library" }).click();
    await row("Second Step").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await row("Second Step").waitFor();
  });

  await check("the page says how the library is stored", async () => {
    await go("#/playlists");
    await page.locator(".storage", { hasText: "in use" }).waitFor();
  });

  await check("the list of playlists follows with the focus, and so does the storage", async () => {
    const focused = () => page.evaluate(() => document.activeElement.getAttribute("href"));
    await page.locator(".artist", { hasText: "Loved" }).focus();
    const before = await focused();
    await page.evaluate(async () => {
      const { id } = await window.mpc.playlists.create({ name: "A new one" });
      window.created = id;
    });
    await page.locator(".artist", { hasText: "A new one" }).waitFor();
    assert.ok(before.startsWith("#/playlist/"));
    assert.equal(await focused(), before);
    await page.evaluate(async () => {
      const { library, playlists, storage } = window.mpc;
      window.mpc.storage = async () => ({ ...(await storage.call(window.mpc)), used: 123e9 });
      const { items } = await library.tracks({ limit: 1 });
      await library.setFavourite([items[0].id], !items[0].favourite);
      await library.setFavourite([items[0].id], items[0].favourite);
      await playlists.delete(window.created);
    });
    await page.locator(".storage", { hasText: "123 GB" }).waitFor();
    assert.equal(await focused(), before);
  });

  await check("a copy of the library is written and read, and another file refused", async () => {
    await go("#/playlists");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Write a copy" }).click();
    const copy = readFileSync(await (await download).path());
    assert.ok(copy.toString("utf8").startsWith('{"format":"music-platform-library"'));
    const read = async (name, buffer) => {
      const file = { name, mimeType: "application/octet-stream", buffer };
      await page.getByLabel("Copy of a library").setInputFiles(file);
      await dialog.getByRole("button", { name: "Read", exact: true }).click();
    };
    const toast = page.locator("#toasts .toast");
    await read("song.mp3", readFileSync(fixtures.good[0]));
    await toast.getByText("choose a file that a library was exported to").waitFor();
    await read("short.mpclib", copy.subarray(0, copy.length - 50));
    await toast.getByText("take another copy of it").waitFor();
    await read("whole.mpclib", copy);
    await toast.getByText("Added 0 playlists").waitFor();
  });

  await check("a copy replaces the library, and what was here is saved first", async () => {
    const download = () => page.waitForEvent("download");
    const text = async (saved) => readFileSync(await (await saved).path(), "utf8");
    await go("#/playlists");
    const first = download();
    await page.getByRole("button", { name: "Write a copy" }).click();
    const copy = await text(first);
    const loved = page.locator(".artist", { hasText: "Loved" });
    await loved.click();
    await page.getByRole("button", { name: "Delete" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Playlists" }).waitFor();
    await loved.waitFor({ state: "detached" });
    const before = await page.evaluate(() => window.mpc.status());

    // It is read under any name.
    const file = { name: "copy.json", mimeType: "application/json", buffer: Buffer.from(copy) };
    await page.getByLabel("Copy of a library").setInputFiles(file);
    await dialog.getByLabel("Replace what is here; a copy of that is saved first").check();
    const second = download();
    await dialog.getByRole("button", { name: "Read", exact: true }).click();
    const saved = await text(second);
    await page.locator(".toast", { hasText: "is the one of the copy now" }).waitFor();
    await loved.getByText("1 track").waitFor();
    const after = await page.evaluate(() => window.mpc.status());
    assert.deepEqual([after.tracks, after.albums], [before.tracks, before.albums]);
    assert.ok(copy.includes('"Loved"') && !saved.includes('"Loved"'), "it is the wrong copy");
  });
}
