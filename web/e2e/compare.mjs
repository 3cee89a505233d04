/** Compares two libraries that were made from the same files on different hosts. */

/** Differ by nature: ids are made on each host, and so are the moments of adding. */
const OWN = {
  tracks: ["id", "artist_id", "album_id", "added_at", "path"],
  albums: ["id", "artist_id", "cover_track_id", "added_at"],
  artists: ["id"],
};

/** A value without the ids in it, as credits have them. */
const plain = (value) =>
  Array.isArray(value) ? value.map((part) => (part?.id ? { ...part, id: null } : part)) : value;

/** What makes an item the same one on both hosts. */
const KEYS = {
  tracks: (track) => track.path,
  albums: (album) => JSON.stringify([album.artist, album.title, album.year]),
  artists: (artist) => artist.name,
};

/**
 * Compares `desktop` with `browser`, both `{tracks, albums, artists, searches}`. Returns one row
 * per list and per field: `{what, desktop, browser, equal, examples}`.
 */
export function compare(desktop, browser, musicFolder) {
  const rows = [];
  const sides = [desktop, browser].map((side) => ({
    ...side,
    tracks: withRelativePaths(side.tracks, musicFolder),
  }));
  for (const list of ["tracks", "albums", "artists"]) {
    rows.push(...compareLists(list, sides[0][list], sides[1][list]));
  }
  rows.push(compareGroups(sides[0].tracks, sides[1].tracks));
  for (const { text, tracks } of desktop.searches ?? []) {
    const found = browser.searches.find((search) => search.text === text)?.tracks ?? [];
    const equal = JSON.stringify(tracks) === JSON.stringify(found);
    const examples = equal ? [] : [`${JSON.stringify(tracks)} and ${JSON.stringify(found)}`];
    const what = `search “${text}”`;
    rows.push({ what, desktop: tracks.length, browser: found.length, equal, examples });
  }
  return rows;
}

function compareLists(list, desktop, browser) {
  const key = KEYS[list];
  const [ours, theirs] = [groupBy(desktop, key), groupBy(browser, key)];
  const examples = [];
  const fields = new Map();
  for (const name of new Set([...desktop, ...browser].flatMap(Object.keys))) {
    if (!OWN[list].includes(name)) {
      fields.set(name, { differ: 0, examples: [] });
    }
  }
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const [mine, other] = [ours.get(name) ?? [], theirs.get(name) ?? []];
    if (mine.length !== other.length) {
      examples.push(`${name}: ${mine.length} on the desktop, ${other.length} in the browser`);
      continue;
    }
    for (const [index, item] of mine.entries()) {
      for (const [field, result] of fields) {
        const [a, b] = [item, other[index]].map((side) => plain(side[field] ?? null));
        if (JSON.stringify(a) !== JSON.stringify(b)) {
          result.differ += 1;
          result.examples.push(`${name}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`);
        }
      }
    }
  }
  const same = examples.length === 0;
  const counts = { desktop: desktop.length, browser: browser.length };
  const differing = [...fields]
    .filter(([, result]) => result.differ > 0)
    .map(([field, result]) => ({
      what: `  ${list}.${field}`,
      desktop: "",
      browser: `${result.differ} differ`,
      equal: false,
      examples: result.examples,
    }));
  const what = `${list} (${fields.size} fields)`;
  return [{ what, ...counts, equal: same && differing.length === 0, examples }, ...differing];
}

/** Ids differ, but which tracks make up an album must not. */
function compareGroups(desktop, browser) {
  const groups = (tracks) =>
    [...groupBy(tracks, (track) => track.album_id ?? "none").values()]
      .map((group) => group.map((track) => track.path).sort())
      .sort()
      .map((group) => JSON.stringify(group));
  const [ours, theirs] = [groups(desktop), groups(browser)];
  const examples = ours.filter((group) => !theirs.includes(group));
  return {
    what: "albums by their files",
    desktop: ours.length,
    browser: theirs.length,
    equal: ours.length === theirs.length && examples.length === 0,
    examples,
  };
}

/** Where the core keeps imported files, in its own storage. */
const IMPORTED = "music/";

/** On a drive: each host calls the account something else. */
const REMOTE = /^remote:[^/]*/;

/** Paths below the music folder: the desktop has the whole path, the browser begins with the folder's name. */
function withRelativePaths(tracks, musicFolder) {
  const folder = musicFolder.replace(/\/+$/, "");
  const prefixes = [`${folder}/`, `${IMPORTED}${folder.split("/").at(-1)}/`];
  return tracks.map((track) => {
    const prefix = prefixes.find((candidate) => track.path.startsWith(candidate));
    const path = prefix ? track.path.slice(prefix.length) : track.path.replace(REMOTE, "remote:");
    return { ...track, path };
  });
}

/** Groups items; inside a group they stand in an order that does not depend on the host. */
function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  }
  const order = (item) =>
    JSON.stringify(
      Object.entries(item)
        .filter(([name]) => !/id$|_at$/.test(name))
        .map(([name, value]) => [name, plain(value)]),
    );
  for (const group of groups.values()) {
    group.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }
  return groups;
}

/** Writes the rows as a table, with examples of what differs. */
export function print(rows) {
  const width = Math.max(...rows.map((row) => row.what.length), 10);
  console.log(`${"".padEnd(width)}  ${"desktop".padStart(10)}  ${"browser".padStart(10)}`);
  for (const { what, desktop, browser, equal, examples } of rows) {
    const numbers = `${String(desktop).padStart(10)}  ${String(browser).padStart(10)}`;
    console.log(`${what.padEnd(width)}  ${numbers}  ${equal ? "equal" : "DIFFERENT"}`);
    for (const example of examples.slice(0, 5)) {
      console.log(`    ${example}`);
    }
    if (examples.length > 5) {
      console.log(`    … and ${examples.length - 5} more`);
    }
  }
}
