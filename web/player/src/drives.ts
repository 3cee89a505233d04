/**
 * What the host that serves this player has set up: `drives.json`, next to the page, names the
 * clients that it has registered with providers, by the kind of drive.
 *
 *     { "google-drive": { "client_id": "1234.apps.googleusercontent.com" } }
 */
import { type DriveAddresses, MusicCoreError, type MusicErrorCode } from "@music-platform-core/web";

/** A client that the host has registered with a provider. */
export interface DriveClient {
  client_id: string;
  client_secret?: string;
  /** Where the service is, if not at its public addresses: a broker, a national cloud, a test. */
  addresses?: DriveAddresses;
}

/** The clients, by the kind of drive. */
export type DriveClients = Readonly<Partial<Record<string, DriveClient>>>;

let clients: Promise<DriveClients> | undefined;

/**
 * Reads the configuration, once; a host without one has set nothing up. One that cannot be read is
 * an error, and is read again the next time.
 */
export function driveClients(): Promise<DriveClients> {
  clients ??= read().catch((error: unknown) => {
    clients = undefined;
    throw error;
  });
  return clients;
}

async function read(): Promise<DriveClients> {
  // Asked again after every reload: what the host has corrected counts at once.
  const response = await fetch("./drives.json", { cache: "no-cache" }).catch(() => undefined);
  const page = response?.ok && response.headers.get("content-type")?.startsWith("text/html");
  // Some hosts keep what is not there from everybody, or give the player's own page instead.
  if (response?.status === 404 || response?.status === 403 || page) {
    return {};
  }
  if (!response?.ok) {
    const answer = response ? `the host answered ${response.status}` : "the host does not answer";
    throw unreadable("unavailable", answer);
  }
  const text = await response.text().catch(() => {
    throw unreadable("unavailable", "the answer broke off");
  });
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw unreadable("invalid_configuration", "they are no JSON");
  }
  if (typeof read !== "object" || read === null) {
    throw unreadable("invalid_configuration", "they name no clients");
  }
  return read as DriveClients;
}

function unreadable(code: MusicErrorCode, why: string): MusicCoreError {
  const what = "the settings of this player (drives.json) cannot be read";
  return new MusicCoreError(code, `${what}: ${why}`);
}
