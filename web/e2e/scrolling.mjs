/** Scrolls long lists from end to end and measures how long the page's thread is held up. */
import assert from "node:assert/strict";
import { pause } from "./lib.mjs";
import { scroll, smoothly } from "./longest-task.mjs";

/** Checks that albums and tracks of a large library scroll smoothly and can be reached to the end. */
export async function scrolling(check, page) {
  for (const [route, item] of [
    ["albums", ".card"],
    ["tracks", ".track-item"],
  ]) {
    await check(`${route} scroll smoothly, with few of them in the document`, async () => {
      await page.evaluate((name) => {
        location.hash = `#/${name}`;
      }, route);
      const list = page.locator(".virtual", { has: page.locator(item) });
      await list.waitFor();
      await pause(500);
      const longest = await smoothly(page, scroll);
      const nodes = await page.locator(item).count();
      assert.ok(nodes < 300, `${nodes} rows are in the document`);
      return `${longest}, ${nodes} rows`;
    });

    await check(`the last of all ${route} can be scrolled to`, async () => {
      await page.evaluate(() => {
        const main = document.querySelector("main");
        main.scrollTop = main.scrollHeight;
      });
      await page.waitForFunction(
        (selector) => {
          const main = document.querySelector("main");
          const rows = [...document.querySelectorAll(selector)];
          const last = rows.find(
            (row) => row.getAttribute("aria-posinset") === row.getAttribute("aria-setsize"),
          );
          const view = main.getBoundingClientRect();
          return last && last.getBoundingClientRect().top < view.bottom;
        },
        item,
        { timeout: 60_000 },
      );
    });
  }

  await check("rows anywhere in a list are there a moment after a leap", async () => {
    const times = await page.evaluate(leap);
    const middle = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
    return `${middle.toFixed(0)} ms in the middle, ${times.at(-1).toFixed(0)} ms at most`;
  });

  await check("the focus stays where it is when its row is scrolled away", async () => {
    await page.evaluate(() => {
      location.hash = "#/tracks";
      document.querySelector("main").scrollTop = 0;
    });
    const row = page.locator("button.track").first();
    await row.focus();
    await page.evaluate(() => {
      document.querySelector("main").scrollTop = 20_000;
    });
    await pause(300);
    assert.ok(await page.evaluate(() => document.activeElement.matches("button.track")));
    await page.keyboard.press("Tab");
    await pause(200);
    const near = await page.evaluate(() =>
      document.activeElement.closest("li")?.getAttribute("aria-posinset"),
    );
    assert.ok(near !== null && near !== undefined, "the focus has left the list");
    await page.evaluate(() => {
      document.activeElement.blur();
    });
  });

  await check("the arrows go on from the row that has the focus, after scrolling too", async () => {
    const row = page.locator('[aria-posinset="3"] button.track');
    await page.evaluate(() => {
      document.querySelector("main").scrollTop = 0;
    });
    await row.focus();
    for (const [key, place] of [
      ["ArrowDown", "4"],
      ["ArrowUp", "3"],
    ]) {
      await page.evaluate(() => {
        document.querySelector("main").scrollTop = 20_000;
      });
      await pause(300);
      await page.keyboard.press(key);
      await page.waitForFunction(
        (wanted) => document.activeElement.closest("li")?.ariaPosInSet === wanted,
        place,
        { timeout: 10_000 },
      );
    }
  });

  await check("the focus stays on a row far down when the library changes", async () => {
    await page.evaluate(() => {
      document.querySelector("main").scrollTop = 20_000;
    });
    await pause(500);
    const place = await page.evaluate(async () => {
      const bottom = document.querySelector("main").getBoundingClientRect().bottom;
      const all = [...document.querySelectorAll(".row-more")].reverse();
      const more = all.find((each) => each.getBoundingClientRect().bottom < bottom);
      more.focus({ preventScroll: true });
      more.dataset.before = "";
      const row = more.closest("li");
      const { trackId } = row.querySelector("[data-track-id]").dataset;
      await window.mpc.library.setFavourite([trackId], true);
      return row.ariaPosInSet;
    });
    const there = await page.waitForFunction(() => {
      const { dataset, tagName } = document.activeElement;
      const isAnew = document.querySelector("[data-before]") === null && tagName === "BUTTON";
      return isAnew && dataset.before === undefined && document.activeElement.closest("li");
    });
    assert.equal(await there.evaluate((row) => row.ariaPosInSet), place);
  });
}

/** In the page: milliseconds from each leap to the rows in view. */
async function leap() {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const main = document.querySelector("main");
  const { left, top, width, height } = main.getBoundingClientRect();
  /** Whether a row of about this part of the list is in the middle of the view, and no placeholder. */
  const isThere = (part) => {
    const row = document.elementFromPoint(left + width / 2, top + height / 2)?.closest("li");
    const place = Number(row?.ariaPosInSet) / Number(row?.ariaSetSize);
    return Math.abs(place - part) < 0.02 && row.dataset.waiting === undefined;
  };
  const times = [];
  for (const part of [0.77, 0.13, 0.59, 0.31, 0.95, 0.23, 0.68]) {
    const start = performance.now();
    main.scrollTop = main.scrollHeight * part;
    do {
      await frame();
      if (performance.now() - start > 60_000) {
        throw new Error("the rows do not come");
      }
    } while (!isThere(part));
    times.push(performance.now() - start);
  }
  return times;
}
