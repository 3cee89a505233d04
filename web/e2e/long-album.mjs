/** An album of more tracks and discs than anybody has, which no file has to be made for. */
import assert from "node:assert/strict";

const TRACKS = 3_000;
const ON_A_DISC = 40;

/** Checks that it is read and filled as it is scrolled, with its discs. */
export async function longAlbum(check, page) {
  await page.evaluate(
    ([count, onDisc]) => {
      const { library } = window.mpc;
      const track = (index) => ({
        id: `${index}`,
        title: `Part ${index}`,
        artist: index % 3 === 0 ? "The Patient" : "The Patient and Friends",
        album_id: "long",
        disc_number: 1 + Math.floor(index / onDisc),
        track_number: 1 + (index % onDisc),
        duration_ms: 1_000,
        path: `${index}.flac`,
        playable: true,
      });
      window.pages = 0;
      library.tracks = async ({ after = "0", limit }) => {
        window.pages += 1;
        const from = Number(after);
        const length = Math.min(limit, count - from);
        const items = Array.from({ length }, (_, index) => track(from + index));
        return { items, next: from + length < count ? `${from + length}` : null };
      };
      library.album = async () => ({
        id: "long",
        title: "All of It",
        artist: "The Patient",
        artist_id: null,
        track_count: count,
        disc_count: count / onDisc,
        duration_ms: 1_000 * count,
        has_cover: false,
      });
      const status = window.mpc.status.bind(window.mpc);
      window.mpc.status = async () => ({ ...(await status()), tracks: count });
      location.hash = "#/album/long";
    },
    [TRACKS, ON_A_DISC],
  );

  await check("a long album is read as it is scrolled, with a heading for each disc", async () => {
    await page.getByRole("heading", { name: "Disc 1", exact: true }).waitFor();
    const { pages, rows } = await page.evaluate(() => ({
      pages: window.pages,
      rows: document.querySelectorAll(".track-item").length,
    }));
    assert.ok(pages <= 2 && rows < 100, `${pages} pages and ${rows} rows at once`);
    for (const place of [0.02, 0.3, 0.9, 1, 0.5, 0]) {
      await page.evaluate((part) => {
        const main = document.querySelector("main");
        main.scrollTop = main.scrollHeight * part;
      }, place);
      await page.waitForFunction(() => {
        const view = document.querySelector("main").getBoundingClientRect();
        const list = document.querySelector(".tracks").getBoundingClientRect();
        const all = [...document.querySelectorAll(".track-item")];
        const boxes = all.map((row) => row.getBoundingClientRect());
        return (
          all.length > 0 &&
          document.querySelector(".waiting") === null &&
          Math.min(...boxes.map(({ top }) => top)) <= Math.max(view.top, list.top + 1) &&
          Math.max(...boxes.map(({ bottom }) => bottom)) >= Math.min(view.bottom, list.bottom - 1)
        );
      });
    }
  });

  await check("its headings leave the view without a jump", async () => {
    const jump = await page.evaluate(async () => {
      const main = document.querySelector("main");
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      let most = 0;
      for (let step = 0; step < 200; step += 1) {
        const row = [...document.querySelectorAll(".track-item")].find(
          (each) => each.getBoundingClientRect().top > main.getBoundingClientRect().top + 100,
        );
        const before = main.scrollTop + row.getBoundingClientRect().top;
        main.scrollTop += 40;
        await frame();
        await frame();
        most = Math.max(most, Math.abs(main.scrollTop + row.getBoundingClientRect().top - before));
      }
      return most;
    });
    assert.ok(jump < 1, `rows move by ${jump} pixels of their own`);
  });
}
