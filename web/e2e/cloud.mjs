/** A cloud for the page: the development services of `test-cloud`, with files made on the fly. */
import { tone, writeWav } from "./fixtures.mjs";

/** What every code and token of the services begins with. */
export const CANARY = "canary-e2e";

/** How many tracks the drive has. */
export const ON_DRIVE = 12;

/** Writes the drive's files below `folder`. */
export function makeDrive(folder) {
  for (let index = 0; index < ON_DRIVE; index += 1) {
    const album = `Cloud ${index % 3}`;
    const number = String(index + 1).padStart(2, "0");
    const tags = {
      INAM: `Cloud Track ${index}`,
      IART: "The Clouds",
      IPRD: album,
      IPRT: String(Math.floor(index / 3) + 1),
    };
    writeWav(`${folder}/${album}/${number}.wav`, 3, tone(300 + 20 * index), tags);
  }
}

/** The configuration with which the player finds the services, as a host writes it. */
export function drives({ client_id, authorize, token, api }) {
  return { "google-drive": { client_id, addresses: { authorize, token, api } } };
}
