/** What surrounds the core: the life of its page, signing in, tabs, and browsers that lack a part. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { importFiles, openPlayer, pause } from "./lib.mjs";

/** Runs the checks, each on a profile of its own. */
export async function hosting(check, context, url, fixtures, complain) {
  await check("the core hears when its page is hidden, shown and frozen", async () => {
    const page = await openPlayer(context, url, "e2e-life", complain);
    const life = () => page.evaluate(async () => (await window.mpc.status()).host.lifecycle);
    const reaches = async (phase, wakes) => {
      const wanted = { phase, wakes };
      for (let tries = 0; tries < 100; tries += 1) {
        if (isDeepStrictEqual(await life(), wanted)) {
          break;
        }
        await pause(20);
      }
      assert.deepEqual(await life(), wanted);
    };
    assert.deepEqual(await life(), { phase: "foreground", wakes: 0 });
    // A headless page is always visible, so it is told otherwise.
    const turn = (state) =>
      page.evaluate((next) => {
        Object.defineProperty(document, "visibilityState", { value: next, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    await turn("hidden");
    await reaches("background", 0);
    await turn("visible");
    await reaches("foreground", 0);
    // Browsers freeze hidden pages only.
    const happens = (type) =>
      page.evaluate((name) => document.dispatchEvent(new Event(name)), type);
    await happens("freeze");
    await reaches("suspended", 0);
    await happens("resume");
    await reaches("foreground", 1);
    await page.close();
  });

  await check("the core knows the network", async () => {
    const page = await openPlayer(context, url, "e2e-network", complain);
    const connectivity = () =>
      page.evaluate(async () => (await window.mpc.status()).host.network.connectivity);
    assert.equal(await connectivity(), "online");
    await context.setOffline(true);
    const offline = await connectivity();
    await context.setOffline(false);
    assert.equal(offline, "offline");
    await page.close();
  });

  await check("the page providers send users back to hands over its answer", async () => {
    const page = await openPlayer(context, url, "e2e-sign-in", complain);
    assert.equal(await page.evaluate(async () => (await window.mpc.status()).host.sign_in), true);
    await page.evaluate(() => {
      const channel = new BroadcastChannel("mpc-auth");
      window.answered = new Promise((resolve) => {
        channel.onmessage = ({ data }) => resolve(data);
      });
    });
    const back = await context.newPage();
    back.on("pageerror", (error) => complain(`sign-in page: ${error.message}`));
    await back.goto(new URL("sign-in.html?code=4%2F0A&state=s%20t", url).href);
    assert.deepEqual(await page.evaluate(() => window.answered), {
      type: "auth_redirect",
      query: "code=4%2F0A&state=s%20t",
    });
    // The browser lets a script close only what a script has opened.
    await back.getByText("You can close this window").waitFor();
    assert.ok(!back.url().includes("code"), `the code stays in the address ${back.url()}`);
    await back.close();
    const opened = context.waitForEvent("page");
    await page.evaluate(() => window.open("./sign-in.html?code=x&state=y", "_blank", "popup"));
    const popup = await opened;
    if (!popup.isClosed()) {
      await popup.waitForEvent("close");
    }
    await page.close();
  });

  await check("a closed tab lets go of the profile", async () => {
    const first = await openPlayer(context, url, "e2e-owner", complain);
    const role = (page) => page.evaluate(async () => (await window.mpc.status()).host.role);
    assert.equal(await role(first), "owner");
    await first.close();
    const second = await openPlayer(context, url, "e2e-owner", complain);
    for (let tries = 0; tries < 100 && (await role(second)) !== "owner"; tries += 1) {
      await pause(20);
    }
    assert.equal(await role(second), "owner");
    await second.close();
  });

  await check("without OPFS files are kept in IndexedDB, and the page can tell", async () => {
    const page = await context.newPage();
    // As in a browser whose workers have no access to the private file system.
    await page.route("**/worker-*.js", async (route) => {
      const response = await route.fetch();
      const body = `delete self.FileSystemSyncAccessHandle;\n${await response.text()}`;
      await route.fulfill({ response, body });
    });
    page.on("pageerror", (error) => complain(`page error: ${error.message}`));
    await page.goto(`${url}?profile=e2e-no-opfs`);
    await page.waitForFunction(() => window.mpc && document.querySelector("#main .view"));
    assert.equal(await page.evaluate(() => window.mpc.capabilities.files), "indexeddb");
    const report = await importFiles(page, "files", fixtures.good);
    assert.equal(report.added, fixtures.good.length);
    const decoded = await page.evaluate(async () => {
      const { items } = await window.mpc.library.tracks();
      await window.mpc.player.play(items[0].id);
      return (await window.mpc.player.status()).state;
    });
    assert.equal(decoded, "playing");
    await page.close();
    const other = await openPlayer(context, url, "e2e-opfs", complain);
    assert.equal(await other.evaluate(() => window.mpc.capabilities.files), "opfs");
    await other.close();
  });
}
