/** What the end-to-end scripts share: the browser, a page with the player, and ears. */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** Chromium needs most of these as root and without a sound card; none changes what a page may do. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

/** Starts Chromium with a profile of its own, which is gone when it is closed. */
export function launch() {
  return chromium.launch({ executablePath: executable(), headless: true, args: FLAGS });
}

/** Starts Chromium with its profile in `folder`, where it stays. */
export function launchIn(folder) {
  return chromium.launchPersistentContext(folder, {
    executablePath: executable(),
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 800 },
  });
}

function executable() {
  const candidates = [
    process.env.MPC_CHROMIUM,
    process.env.CHROME,
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  const executablePath = candidates.find((path) => path && existsSync(path));
  if (!executablePath) {
    throw new Error("no Chromium found: install it, or name it in MPC_CHROMIUM");
  }
  return executablePath;
}

/** Reads `--name value` pairs; every name in `required` has to be there. */
export function parseArguments(required, optional = []) {
  const values = {};
  const given = process.argv.slice(2);
  for (let index = 0; index < given.length; index += 2) {
    const name = given[index].replace(/^--/, "");
    if (![...required, ...optional].includes(name) || given[index + 1] === undefined) {
      usage(required, optional);
    }
    values[name] = given[index + 1];
  }
  if (required.some((name) => values[name] === undefined)) {
    usage(required, optional);
  }
  return values;
}

function usage(required, optional) {
  const names = [
    ...required.map((name) => `--${name} …`),
    ...optional.map((name) => `[--${name} …]`),
  ];
  console.error(`usage: node ${process.argv[1]} ${names.join(" ")}`);
  process.exit(2);
}

/** Runs checks one by one, and says how each ended; `report` sums up, sets the exit code, and returns how many failed. */
export function checks() {
  const ended = { passed: 0, failed: 0 };
  const check = async (name, run) => {
    try {
      const remark = await run();
      ended.passed += 1;
      console.log(`ok   ${name}${remark ? ` (${remark})` : ""}`);
    } catch (error) {
      ended.failed += 1;
      console.log(`FAIL ${name}\n     ${String(error.stack ?? error).replaceAll("\n", "\n     ")}`);
    }
  };
  const report = () => {
    console.log(`${ended.passed} passed, ${ended.failed} failed`);
    process.exitCode = ended.failed === 0 ? 0 : 1;
    return ended.failed;
  };
  return { check, report };
}

/** Opens the player on a stored library and waits until it is ready. */
export async function openPlayer(context, url, profile, complain = console.error) {
  const page = await context.newPage();
  page.on("pageerror", (error) => complain(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") {
      complain(`console: ${message.text()}`);
    }
  });
  await page.goto(`${url}?profile=${encodeURIComponent(profile)}`);
  await ready(page);
  return page;
}

/** Waits until the page shows a library. */
export async function ready(page) {
  await page.waitForFunction(() => window.mpc && document.querySelector("#main .view"), null, {
    timeout: 60_000,
  });
}

/** Imports through the page's own inputs and returns the report the core gave. */
export async function importFiles(page, input, paths, timeout = 600_000) {
  await page.evaluate(() => {
    const { library } = window.mpc;
    window.reported = new Promise((resolve, reject) => {
      const original = library.import.bind(library);
      library.import = (...given) => {
        library.import = original;
        const report = original(...given);
        report.then(resolve, reject);
        return report;
      };
    });
    window.reported.catch(() => {});
  });
  await page.setInputFiles(`#import-${input}`, paths);
  const report = page.evaluate(() => window.reported);
  return within(report, timeout, "the import took too long");
}

/** Every item of a list, page by page. */
export function everything(page, list, query = {}) {
  return page.evaluate(
    async ([name, base]) => {
      const items = [];
      let after;
      do {
        const part = await window.mpc.library[name]({ ...base, limit: 200, after });
        items.push(...part.items);
        after = part.next ?? undefined;
      } while (after !== undefined);
      return items;
    },
    [list, query],
  );
}

/** Puts analysers behind the player's node; needs something to have been played. */
export async function listen(page) {
  await page.waitForFunction(() => window.mpc.player.node);
  await page.evaluate(() => {
    const { context, node } = window.mpc.player;
    const analyser = (fftSize) => {
      const made = context.createAnalyser();
      made.fftSize = fftSize;
      made.smoothingTimeConstant = 0;
      node.connect(made);
      return made;
    };
    const long = analyser(32_768);
    const short = analyser(256);
    const read = (from) => {
      const samples = new Float32Array(from.fftSize);
      from.getFloatTimeDomainData(samples);
      return samples;
    };
    const loudest = (samples) => samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    window.ears = {
      rate: context.sampleRate,
      samples: () => [...read(long)],
      /** The peak of the last five milliseconds. */
      level: () => loudest(read(short)),
      rms: () => {
        const samples = read(long);
        return Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length);
      },
      frequency: () => {
        const bins = new Float32Array(long.frequencyBinCount);
        long.getFloatFrequencyData(bins);
        let top = 1;
        for (let bin = 1; bin < bins.length - 1; bin += 1) {
          top = bins[bin] > bins[top] ? bin : top;
        }
        // The true peak lies between bins: a parabola through three of them finds it.
        const [left, middle, right] = [bins[top - 1], bins[top], bins[top + 1]];
        const shift = (left - right) / (2 * (left - 2 * middle + right));
        return ((top + shift) * context.sampleRate) / long.fftSize;
      },
    };
  });
}

/** Fails with `message` when `promise` takes longer than `ms`. */
export function within(promise, ms, message) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(message)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Waits. */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
