/**
 * Three tabs of one profile, whose token ends. Every tab asks the drive by itself; a lock that they
 * share and what is stored under it have the token renewed once. The server replaces the refresh
 * token each time, and ends the whole sign-in if one is used again.
 */
import assert from "node:assert/strict";
import { asked, beginSignIn, tell } from "./cloud.mjs";
import { ready, within } from "./lib.mjs";

const HOUR = 3_600_000;
/** How many calls are made at once, over all tabs. */
const CALLS = 50;

/** Runs the checks; `open` opens a page of the player on a profile. */
export async function tabs(checkAll, services, open) {
  const check = (name, run) => checkAll(name, () => within(run(), 120_000, "it took too long"));
  const profile = "tabs";
  let pages = [];
  /** How far the clocks of the tabs are ahead. */
  let ahead = 0;

  const later = async (milliseconds) => {
    ahead += milliseconds;
    await Promise.all(pages.map((page) => jump(page, milliseconds)));
  };

  /** Has the token end, closes the tab that asks for another, and says how the calls of the others end. */
  const closeTheOneThatRenews = async () => {
    const asking = pages[0].context().waitForEvent("request", {
      predicate: (request) => request.url() === services.token,
    });
    await later(2 * HOUR);
    const calls = pages.map((page, index) => ({ page, ended: call(page, share(index)) }));
    for (const { ended } of calls) {
      ended.catch(() => {});
    }
    const closed = (await asking).frame().page();
    await arrived(pages);
    await closed.close();
    pages = pages.filter((page) => page !== closed);
    const left = calls.filter(({ page }) => page !== closed);
    assert.equal(left.length, 2, "one of the tabs renews");
    return (await Promise.all(left.map(({ ended }) => ended))).flat();
  };

  await check("50 calls in three tabs renew a token that has ended once", async () => {
    const first = await open(profile);
    await (await beginSignIn(first)).getByRole("link", { name: "Allow" }).click();
    await first.getByRole("status").getByText("in line since").waitFor();
    pages = [first, await open(profile), await open(profile)];
    // Before the time comes: pages ask for covers by themselves.
    const before = (await renewals(services)).length;
    const token = await hold(first.context(), services.token);
    await later(2 * HOUR);
    await tell(services, "/end-tokens");
    const outcomes = callAll(pages);
    await token.first;
    await arrived(pages);
    await token.release();
    assert.deepEqual(await outcomes, Array(CALLS).fill("done"));
    const all = await renewals(services);
    assert.equal(all.length - before, 1, "renewals");
    once(all);
  });

  await check("50 calls renew a token that the server has ended before its time once", async () => {
    const before = (await renewals(services)).length;
    // Only one that is older than a minute is renewed when it is refused.
    await later(HOUR / 6);
    await tell(services, "/end-tokens");
    const outcomes = await callAll(pages);
    assert.deepEqual(outcomes, Array(CALLS).fill("done"));
    const all = await renewals(services);
    assert.equal(all.length - before, 1, "renewals");
    once(all);
  });

  await check("a tab that is closed while it renews leaves that to the next one", async () => {
    const before = (await renewals(services)).length;
    // The server takes the request, does nothing and says nothing.
    await tell(services, "/weather", { token: "silent" });
    const outcomes = await closeTheOneThatRenews();
    assert.deepEqual(new Set(outcomes), new Set(["done"]));
    // It would have ended the sign-in if the token had been replaced already.
    const used = (await renewals(services)).slice(before).map((form) => form.refresh_token);
    assert.deepEqual(used, [used[0], used[0]]);
  });

  await check("a tab that is opened then goes on with what the others have renewed", async () => {
    const opened = await open(profile);
    await jump(opened, ahead);
    pages.push(opened);
    const before = (await renewals(services)).length;
    assert.deepEqual(await callAll(pages), Array(CALLS).fill("done"));
    assert.equal((await renewals(services)).length - before, 0, "renewals");
  });

  await check("a token that is lost with its tab is tried once more, by one tab", async () => {
    const before = (await renewals(services)).length;
    // The server replaces the token, but the tab that asked is gone before it knows.
    await tell(services, "/weather", { token: "silent-after" });
    const outcomes = await closeTheOneThatRenews();
    assert.deepEqual(new Set(outcomes), new Set(["permission_denied"]));
    for (const page of pages) {
      assert.deepEqual(new Set(await call(page, 5)), new Set(["permission_denied"]));
      const [{ state }] = await page.evaluate(() => window.mpc.accounts.list());
      assert.equal(state, "sign_in_required");
    }
    const used = (await renewals(services)).slice(before).map((form) => form.refresh_token);
    assert.equal(used.length, 2, "requests");
    assert.equal(used[0], used[1]);
    for (const page of pages) {
      await page.close();
    }
  });
}

/** Asks the drive for so many covers at once, and has the first tab synchronise, the second play. */
function callAll(pages) {
  return Promise.all(pages.map((page, index) => call(page, share(index), index))).then((all) =>
    all.flat(),
  );
}

/** How many of the calls are those of a tab. */
function share(index) {
  return Math.floor((CALLS + 2 - index) / 3);
}

/** So many calls of one tab at once, and how each ended. */
async function call(page, count, index = 2) {
  return page.evaluate(
    async ([calls, what]) => {
      const { mpc } = window;
      const ended = (promise) =>
        promise.then(
          () => "done",
          (error) => error.code,
        );
      const cover = async (album) => {
        // Small ones are kept, and then nobody asks the drive.
        if ((await mpc.library.cover(album, "original")) === undefined) {
          throw Object.assign(new Error("no cover"), { code: "no cover" });
        }
      };
      const { albums, tracks, account } = window.known;
      return Promise.all(
        Array.from({ length: calls }, (_, number) => {
          if (number === 0 && what === 0) {
            return ended(mpc.sync.start(account));
          }
          if (number === 0 && what === 1) {
            return ended(mpc.player.play(tracks[0]).then(() => mpc.player.stop()));
          }
          return ended(cover(albums[number % albums.length]));
        }),
      );
    },
    [count, index],
  );
}

/** Waits until the core of every page has got every call. */
async function arrived(pages) {
  await Promise.all(pages.map((page) => page.evaluate(() => window.mpc.status())));
}

/** Has the clock of a page's worker jump, as that of a computer does which has slept. */
async function jump(page, milliseconds) {
  await ready(page);
  await page.evaluate(async () => {
    const { mpc } = window;
    const [albums, tracks] = await Promise.all([mpc.library.albums(), mpc.library.tracks()]);
    const [account] = await mpc.accounts.list();
    const ids = ({ items }) => items.map(({ id }) => id);
    window.known = { albums: ids(albums), tracks: ids(tracks), account: account.id };
  });
  assert.equal(page.workers().length, 1);
  await page.workers()[0].evaluate((by) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + by;
  }, milliseconds);
}

/** Holds requests for tokens back until they are released. */
async function hold(context, address) {
  const held = [];
  let arrived;
  const first = new Promise((resolve) => {
    arrived = resolve;
  });
  const handler = (route) => {
    held.push(route);
    arrived();
  };
  await context.route(address, handler);
  const release = async () => {
    await context.unroute(address, handler);
    await Promise.all(held.map((route) => route.continue()));
  };
  return { first, release };
}

async function renewals(services) {
  return (await asked(services)).filter((form) => form.grant_type === "refresh_token");
}

/** No refresh token was used twice. */
function once(forms) {
  const used = forms.map((form) => form.refresh_token);
  assert.equal(new Set(used).size, used.length, "a refresh token was used twice");
}
