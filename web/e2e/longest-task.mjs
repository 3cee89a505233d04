/** How long scrolling holds up the page's thread. */
import assert from "node:assert/strict";

/** A task that takes longer than this is felt. */
export const FELT_MS = 50;

/**
 * Scrolls by wheel-like steps, then in leaps, and returns the longest task of the page's thread
 * meanwhile. It is the time of the processor, so that a busy machine is not taken for a busy page.
 */
export async function longestTask(page) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  await page.evaluate(async () => {
    const main = document.querySelector("main");
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    main.scrollTop = 0;
    await new Promise((done) => setTimeout(done, 500));
    for (let step = 0; step < 120; step += 1) {
      main.scrollTop += 180;
      await frame();
    }
    for (let leap = 1; leap <= 20; leap += 1) {
      main.scrollTop = (main.scrollHeight * leap) / 40;
      await frame();
      await frame();
    }
    await new Promise((done) => setTimeout(done, 300));
  });
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const mine = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}:${tid}`),
  );
  // To begin with a trace is work of its own.
  const began = Math.min(...traceEvents.filter(({ ts }) => ts > 0).map(({ ts }) => ts)) + 300_000;
  const tasks = traceEvents.filter(
    ({ name, pid, tid, ts, tdur }) =>
      name === "ThreadControllerImpl::RunTask" &&
      tdur > 0 &&
      ts > began &&
      mine.has(`${pid}:${tid}`),
  );
  assert.ok(tasks.length > 100, "the trace says nothing about tasks");
  return Math.max(...tasks.map(({ tdur }) => tdur)) / 1000;
}
