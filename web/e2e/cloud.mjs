/** A cloud for the page: the development services of `test-cloud`, with files made on the fly. */
import { tone, writeWav } from "./fixtures.mjs";

/** What every secret of the services begins with. */
export const CANARY = "canary-e2e";

/** How many tracks the drive has. */
export const ON_DRIVE = 12;

/** A picture of one point. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

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
    writeWav(`${folder}/${album}/${number}.wav`, 3, tone(300 + 20 * index), tags, PICTURE);
  }
}

/** The configuration with which the player finds the services, as a host writes it. */
export function drives({ client_id, authorize, token, api, graph }) {
  const client_secret = `${CANARY}-client-secret`;
  return {
    "google-drive": { client_id, client_secret, addresses: { authorize, token, api } },
    onedrive: { client_id, addresses: { authorize, token, api: graph } },
  };
}

/** Tells the services something that only a test has to say; see `serve_folder`. */
export async function tell({ authorize }, what, parameters = {}) {
  const query = new URLSearchParams(parameters);
  const response = await fetch(`${authorize.replace("/authorize", what)}?${query}`);
  if (!response.ok) {
    throw new Error(`the services do not know ${what}`);
  }
  return response;
}

/** The fields of every request for tokens so far. */
export async function asked(services) {
  return (await tell(services, "/asked")).json();
}

/** Opens the dialog and chooses a drive; the page may show a window then. */
export async function chooseDrive(page, name = "Google Drive") {
  await page.locator("#add-from").click();
  await page.getByRole("button", { name }).click();
  await page
    .getByRole("dialog", { name, exact: true })
    .getByRole("button", { name: "Sign in" })
    .click();
}

/** Begins a sign-in, and gives the window in which it goes on. */
export async function beginSignIn(page, name) {
  const opened = page.context().waitForEvent("page");
  await chooseDrive(page, name);
  const window = await opened;
  await window.getByRole("link", { name: "Allow" }).waitFor();
  return window;
}
