/** The parts of the player that are not needed to show music: fetched later, or when wanted. */
import { MusicCoreError } from "@music-platform-core/web";
import type { ViewMaker } from "./views/view.ts";

/** How long after the start the parts are fetched, so that they are there without a network too. */
const LATER_MS = 3_000;

const accountAddPart = () => import("./account-add.ts");
const accountsPart = () => import("./views/accounts.ts");
const duplicatesPart = () => import("./views/duplicates.ts");
const explanationPart = () => import("./explanation.ts");
const historyPart = () => import("./views/history.ts");
const playlistPart = () => import("./views/playlist.ts");
const playlistsPart = () => import("./views/playlists.ts");
const trackEditPart = () => import("./track-edit.ts");

export const accountAdd = () => part(accountAddPart());
export const explanation = () => part(explanationPart());
export const trackEdit = () => part(trackEditPart());

export const accounts: ViewMaker = async (...visit) =>
  (await part(accountsPart())).accounts(...visit);
export const duplicates: ViewMaker = async (...visit) =>
  (await part(duplicatesPart())).duplicates(...visit);
export const history: ViewMaker = async (...visit) => (await part(historyPart())).history(...visit);
export const playlist: ViewMaker = async (...visit) =>
  (await part(playlistPart())).playlist(...visit);
export const playlists: ViewMaker = async (...visit) =>
  (await part(playlistsPart())).playlists(...visit);

/** Fetches all parts, when the page has begun. */
export function fetchParts(): void {
  const all = [
    playlistsPart,
    playlistPart,
    trackEditPart,
    historyPart,
    accountAddPart,
    accountsPart,
    duplicatesPart,
    explanationPart,
  ];
  setTimeout(() => {
    for (const load of all) {
      // Whoever wants it tries again, and is told.
      load().catch(() => {});
    }
  }, LATER_MS);
}

/** Says what helps when a part does not arrive: the host may have put a newer player in its place. */
function part<T>(loading: Promise<T>): Promise<T> {
  return loading.catch((cause: unknown) => {
    throw new MusicCoreError("start_failed", "a part of the player could not be loaded", { cause });
  });
}
