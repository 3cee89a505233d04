/** How long the page's thread is held up. */
import assert from "node:assert/strict";
import { pause } from "./lib.mjs";

/** A task that takes longer than this is felt. */
const FELT_MS = 50;

/** Another program may hold the machine up for a moment, but not in each of these rounds. */
const ROUNDS = 3;

/** Checks that nothing is felt while `run` is done, and returns how long the longest task took. */
export async function smoothly(page, run) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && best >= FELT_MS; round += 1) {
    best = Math.min(best, await longestTask(page, run));
  }
  assert.ok(best < FELT_MS, `a task takes ${best.toFixed(0)} ms`);
  return `longest task ${best.toFixed(0)} ms`;
}

/** Scrolls by wheel-like steps, then in leaps. */
export function scroll(page) {
  return page.evaluate(async () => {
    const main = document.querySelector("main");
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    main.scrollTop = 0;
    await frame();
    for (let step = 0; step < 120; step += 1) {
      main.scrollTop += 180;
      await frame();
    }
    for (let leap = 1; leap <= 20; leap += 1) {
      main.scrollTop = (main.scrollHeight * leap) / 40;
      await frame();
      await frame();
    }
  });
}

/**
 * The longest task of the page's thread while `run` is done, in milliseconds. It is the time of the
 * processor, so that a busy machine is not taken for a busy page.
 */
async function longestTask(page, run) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  await pause(500);
  await run(page);
  await pause(300);
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
