// Copies the types generated from Rust (web/generated) into src/generated, where the package is
// compiled, adds the file extension that ES modules want, and writes the index over all of them.
// The copy is not in git: the generated folder is the only source.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../../generated/", import.meta.url));
const target = fileURLToPath(new URL("../src/generated/", import.meta.url));

/** What the package itself uses; everything else that was generated is exported as well. */
const required = [
  "Account",
  "Album",
  "AlbumQuery",
  "Artist",
  "ArtistQuery",
  "Capabilities",
  "CoreStatus",
  "CoverSize",
  "DriveDescription",
  "ErrorCode",
  "Event",
  "Explanation",
  "Folder",
  "FolderQuery",
  "Genre",
  "GenreQuery",
  "HistoryEntry",
  "HistoryQuery",
  "ImportedPlaylist",
  "MirrorFilter",
  "NewAccount",
  "NewPlaylist",
  "Page",
  "Place",
  "Play",
  "PlayHistoryQuery",
  "PlayerStatus",
  "Playlist",
  "PlaylistChange",
  "PlaylistEntry",
  "PlaylistFormat",
  "PlaylistQuery",
  "RedirectPage",
  "RemovedAccount",
  "RpcError",
  "ScanReport",
  "SearchResults",
  "Session",
  "SmartRules",
  "StorageHealth",
  "SyncHistoryQuery",
  "SyncJob",
  "SyncPlan",
  "SyncReport",
  "SyncStatus",
  "SyncTrigger",
  "Track",
  "TrackDetails",
  "TrackEdit",
  "TrackField",
  "TrackQuery",
];

const names = await readdir(source)
  .then((files) => files.filter((file) => file.endsWith(".ts") && file !== "index.ts"))
  .then((files) => files.map((file) => basename(file, ".ts")).sort())
  .catch(() => []);
const missing = required.filter((name) => !names.includes(name));
if (missing.length > 0) {
  console.error(`web/generated lacks ${missing.join(", ")}: run "cargo xtask wasm" first`);
  process.exit(1);
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const name of names) {
  const text = await readFile(join(source, `${name}.ts`), "utf8");
  await writeFile(
    join(target, `${name}.ts`),
    text.replace(/(from\s+["'])(\.{1,2}\/[^"']+?)(\.js|\.ts)?(["'])/g, "$1$2.js$4"),
  );
}
const index = names.map((name) => `export type * from "./${name}.js";`).join("\n");
await writeFile(join(target, "index.ts"), `${index}\n`);
