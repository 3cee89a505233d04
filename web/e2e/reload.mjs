/** Imports that are broken off: what was acknowledged stays, and the next import completes them. */
import assert from "node:assert/strict";
import { BULK } from "./fixtures.mjs";
import { everything, importFiles, openPlayer, ready } from "./lib.mjs";

/** How an import ends before its time; each prepares its end, so that it comes at once. */
const ENDINGS = {
  "a reload": (page) => async () => {
    await page.evaluate(() => location.reload());
  },
  "a press of Stop": (page) => async () => {
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Import stopped").waitFor();
  },
  "a closed tab": (page) => () => page.close(),
  "a crash": async (page) => {
    const session = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent("crash");
    return async () => {
      // The answer never comes: there is nobody left to send it.
      session.send("Page.crash").catch(() => {});
      await crashed;
      await page.close();
    };
  },
};

/** Runs one check for every ending. */
export async function interruptedImports(check, context, url, fixtures, complain) {
  for (const [name, prepare] of Object.entries(ENDINGS)) {
    await check(`${name} during an import loses nothing that was acknowledged`, () =>
      interrupted(context, url, `e2e-${name}`, fixtures.bulk, prepare, complain),
    );
  }
}

async function interrupted(context, url, profile, bulk, prepare, complain) {
  let page = await openPlayer(context, url, profile, complain);
  // The ids are kept on this side, where nothing of the page's end can touch them.
  const acknowledged = [];
  let enough;
  const some = new Promise((resolve) => {
    enough = resolve;
  });
  const wanted = 5 + Math.floor(Math.random() * 60);
  await page.exposeFunction("acknowledge", (id) => {
    acknowledged.push(id);
    if (acknowledged.length === wanted) {
      enough();
    }
  });
  await page.evaluate(() => {
    void (async () => {
      for await (const event of window.mpc.events({ capacity: 100_000 })) {
        if (event.type === "track_added") {
          window.acknowledge(event.track_id);
        }
      }
    })();
  });
  const end = await prepare(page);
  const first = importFiles(page, "folder", bulk).catch(() => undefined);
  await some;
  await end();
  const unfinished = await Promise.race([first, Promise.resolve("unfinished")]);
  const promised = [...acknowledged];
  assert.notEqual(unfinished?.added, BULK, "the import was over before it could be broken off");

  if (page.isClosed()) {
    page = await openPlayer(context, url, profile, complain);
  } else {
    await page.waitForLoadState();
    await ready(page);
  }
  const stored = await everything(page, "tracks");
  const ids = new Set(stored.map((track) => track.id));
  const lost = promised.filter((id) => !ids.has(id));
  assert.equal(lost.length, 0, `${lost.length} of ${promised.length} acknowledged rows are lost`);
  assert.ok(stored.length < BULK, "the import was over before it could be broken off");

  const report = await importFiles(page, "folder", bulk);
  assert.deepEqual(report.failed, []);
  assert.equal(report.added + report.unchanged + report.updated, BULK);
  const complete = await everything(page, "tracks");
  assert.equal(complete.length, BULK);
  assert.equal(new Set(complete.map((track) => track.path)).size, BULK);
  const after = new Set(complete.map((track) => track.id));
  assert.ok(
    promised.every((id) => after.has(id)),
    "completing the import has replaced rows",
  );
  await page.close();
  return `after ${promised.length} of ${BULK}, ${stored.length} were stored`;
}
