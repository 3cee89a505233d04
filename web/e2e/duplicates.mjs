/** Music that is there more than once: found, compared by sound, merged and taken apart again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { writeWav } from "./fixtures.mjs";
import { importFiles } from "./lib.mjs";

/** How long the pieces are, in seconds: enough to be told apart. */
const LENGTH = 12;

/** Music that nobody has heard: three notes at a time, each fading at its own pace. */
function music(number, level) {
  return (time) => {
    const beat = Math.floor(time / 0.3);
    const within = time - beat * 0.3;
    let sum = 0;
    for (let voice = 0; voice < 3; voice += 1) {
      const note = scramble(number * 1_000_003 + beat * 101 + voice) % 25;
      const turn = within * 220 * 2 ** (note / 12) * 2 * Math.PI;
      sum += Math.exp(-within * (2 + voice * 3)) * (Math.sin(turn) + Math.sin(turn * 2) / 3);
    }
    return (sum * level) / 4;
  };
}

function scramble(seed) {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** Makes files in `folder` and treats them as a person would. */
export async function duplicates(check, page, folder) {
  const file = (name) => join(folder, "duplicates", name);
  const write = (name, title, number, level) =>
    writeWav(file(name), LENGTH, music(number, level), { INAM: title, IART: "A", IPRD: "B" });
  write("a.wav", "Twice", 1, 0.9);
  write("b.wav", "Twice", 1, 0.9);
  write("c.wav", "Quieter", 2, 0.9);
  write("d.wav", "Quieter", 2, 0.4);
  write("e.wav", "Namesake", 3, 0.9);
  write("f.wav", "Namesake", 4, 0.9);
  const names = ["a", "b", "c", "d", "e", "f"].map((name) => file(`${name}.wav`));
  const group = (title) => page.getByRole("listitem", { name: title });

  await check("music that is there more than once is listed, with what speaks for it", async () => {
    assert.equal((await importFiles(page, "files", names)).added, names.length);
    await page.evaluate(() => {
      location.hash = "#/duplicates";
    });
    await group("Twice").getByText("The same content:").waitFor();
    for (const title of ["Quieter", "Namesake"]) {
      await group(title).getByText("The same title, artist and album:").waitFor();
    }
  });

  await check("what sounds otherwise is no duplicate", async () => {
    await page.getByRole("button", { name: "Compare by sound" }).click();
    await page.getByText("1 group of the same sound").waitFor();
    await group("Quieter").getByText("They sound the same:").waitFor();
    await group("Namesake").waitFor({ state: "detached" });
  });

  await check("duplicates are merged, and taken apart again", async () => {
    const tracks = async () => (await page.evaluate(() => window.mpc.status())).tracks;
    await group("Twice").getByRole("button", { name: "Merge" }).click();
    await page.getByText("“Twice” is there once").waitFor();
    assert.equal(await tracks(), names.length - 1);
    await page.getByRole("button", { name: "Take apart" }).click();
    await page.getByText("“Twice” is there once").waitFor({ state: "detached" });
    await page.waitForFunction(
      async (all) => (await window.mpc.status()).tracks === all,
      names.length,
    );
  });
}
