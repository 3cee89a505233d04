/**
 * What the host that serves this player has set up: `drives.json`, next to the page, names the
 * clients that it has registered with providers, by the kind of drive.
 *
 *     { "google-drive": { "client_id": "1234.apps.googleusercontent.com" } }
 */
import type { DriveAddresses } from "@music-platform-core/web";

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

/** Reads the configuration, once; a host without one has set nothing up. */
export function driveClients(): Promise<DriveClients> {
  clients ??= read();
  return clients;
}

async function read(): Promise<DriveClients> {
  try {
    const response = await fetch("./drives.json");
    const read: unknown = response.ok ? await response.json() : {};
    return typeof read === "object" && read !== null ? (read as DriveClients) : {};
  } catch {
    return {};
  }
}
