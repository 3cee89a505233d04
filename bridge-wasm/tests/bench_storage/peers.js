// What the adapter is compared with: IndexedDB as the browser has it, Dexie, and SQLite over OPFS.
// Each peer stores the same tracks under the same six indexes, the way its documentation says.

const WORDS =
  'amber anchor arrow autumn beacon birch blue bridge bronze candle canyon cedar chrome cinder cobalt coral crystal dawn delta desert dusk echo ember falcon fern flame forest frost garden ghost glass gold harbor hollow horizon indigo island ivory jade lantern lilac lunar maple marble meadow midnight mirror mist ocean olive onyx opal orchid pearl pine prism raven river saffron shadow silver sparrow thunder willow'.split(
    ' ',
  );

const hash = (number, salt) => {
  let x = (Math.imul(number, 2654435761) + Math.imul(salt, 40503)) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 2246822519) >>> 0;
  return (x ^ (x >>> 13)) >>> 0;
};

const track = (number) => {
  const [first, second] = [1, 2].map((salt) => WORDS[hash(number, salt) % 64]);
  const [album, artist] = [Math.floor(number / 12), Math.floor(number / 60)];
  return {
    id: `0192f0e0-0000-7000-8000-${String(number).padStart(12, '0')}`,
    title: `${first} ${second} ${number}`,
    artist: `Artist ${artist}`,
    artist_id: `artist-${artist}`,
    album: `Album ${album}`,
    album_id: `album-${album}`,
    track_number: (number % 12) + 1,
    disc_number: 1,
    year: 1960 + (hash(number, 3) % 60),
    genre: WORDS[hash(artist, 4) % 64],
    duration_ms: 120000 + (hash(number, 5) % 240000),
    codec: 'flac',
    sample_rate: 44100,
    bitrate: 900,
    path: `Artist ${artist}/Album ${album}/${(number % 12) + 1} ${first} ${second} ${number}.flac`,
    size: 20000000 + (hash(number, 6) % 20000000),
    added_at: 1700000000000 + number,
    title_key: `${first} ${second} ${String(number).padStart(7, '0')}`,
    artist_key: `artist ${String(artist).padStart(7, '0')}`,
    search: [...new Set([first, second, `artist${artist}`, `album${album}`])].sort(),
  };
};

const INDEXES = ['title_key', 'artist_key', 'album_id', 'year', 'genre', 'added_at'];
const tracks = (count, from = 0) => Array.from({ length: count }, (_, at) => track(from + at));

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
const complete = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

const open = (name, indexes, multiple) => {
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore('tracks', { keyPath: 'id' });
    for (const index of indexes) store.createIndex(index, index);
    for (const index of multiple) store.createIndex(index, index, { multiEntry: true });
  };
  return done(request);
};
const put = async (db, items) => {
  const transaction = db.transaction('tracks', 'readwrite');
  const store = transaction.objectStore('tracks');
  for (const item of items) store.put(item);
  await complete(transaction);
};

/** Milliseconds for each of `times` calls. */
const time = async (times, work) => {
  const start = performance.now();
  for (let at = 0; at < times; at++) await work(at);
  return (performance.now() - start) / times;
};

/** IndexedDB with one object per track. */
const raw = async (name, count) => {
  const items = tracks(count);
  const db = await open(name, INDEXES, []);
  const searched = await open(`${name}-search`, [], ['search']);
  const index = (field) => db.transaction('tracks').objectStore('tracks').index(field);
  const changed = (at, size) =>
    Array.from({ length: size }, (_, number) => ({
      ...items[hash(at * size + number, 7) % count],
      genre: `changed ${at}`,
    }));
  // The first is not counted: it waits until the browser is done with what somebody else has written.
  const commits = async (times, size) => {
    await put(db, changed(times, size));
    const batches = Array.from({ length: times }, (_, at) => changed(at, size));
    return await time(times, (at) => put(db, batches[at]));
  };
  const some = (at) => items[hash(at, 8) % count];
  return {
    insert: () => time(1, () => put(db, items)),
    commit_1: () => commits(20, 1),
    commit_50: () => commits(5, 50),
    get: () =>
      time(200, (at) => done(db.transaction('tracks').objectStore('tracks').get(some(at).id))),
    page: () => time(100, () => done(index('title_key').getAll(null, 50))),
    page_after: () =>
      time(100, (at) =>
        done(index('title_key').getAll(IDBKeyRange.lowerBound(some(at).title_key, true), 50)),
      ),
    album: () => time(100, (at) => done(index('album_id').getAll(some(at).album_id))),
    search: async () => {
      if ((await done(searched.transaction('tracks').objectStore('tracks').count())) === 0) {
        await put(searched, items);
      }
      return await time(100, (at) => {
        const prefix = some(at).search.find((token) => token.startsWith('album'));
        const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
        const store = searched.transaction('tracks').objectStore('tracks');
        return done(store.index('search').getAll(range, 50));
      });
    },
    boundary: async () => {
      const rows = await done(index('title_key').getAll(null, 50));
      return await time(500, () => JSON.parse(JSON.stringify(rows)));
    },
    open: async () => {
      db.close();
      return await time(1, async () => {
        const again = await open(name, [], []);
        const all = await done(again.transaction('tracks').objectStore('tracks').getAll());
        if (all.length !== count) throw new Error(`there are ${all.length} tracks`);
        again.close();
      });
    },
  };
};

/** Dexie, with `bulkPut`. */
const dexie = async (Dexie, name, count) => {
  const items = tracks(count);
  const db = new Dexie(name);
  db.version(1).stores({ tracks: `id, ${INDEXES.join(', ')}` });
  await db.open();
  const searched = new Dexie(`${name}-search`);
  searched.version(1).stores({ tracks: 'id, *search' });
  await searched.open();
  const some = (at) => items[hash(at, 8) % count];
  return {
    insert: () => time(1, () => db.tracks.bulkPut(items)),
    search: async () => {
      if ((await searched.tracks.count()) === 0) await searched.tracks.bulkPut(items);
      return await time(100, (at) => {
        const prefix = some(at).search.find((token) => token.startsWith('album'));
        return searched.tracks.where('search').startsWith(prefix).distinct().limit(50).toArray();
      });
    },
  };
};

/** SQLite over the access handle pool, with one prepared statement. */
const sqlite = async (pool, name, count) => {
  const items = tracks(count).map((item) => ({ ...item, search: item.search.join(' ') }));
  const db = new pool.OpfsSAHPoolDb(`/${name.replaceAll('/', '-')}`);
  const columns = Object.keys(items[0]);
  const kind = (column) => (typeof items[0][column] === 'number' ? 'INTEGER' : 'TEXT');
  const table = columns.map((column) => `${column} ${kind(column)}`).join(', ');
  db.exec(`CREATE TABLE tracks (${table.replace('id TEXT', 'id TEXT PRIMARY KEY')}) WITHOUT ROWID`);
  for (const index of INDEXES) db.exec(`CREATE INDEX by_${index} ON tracks (${index})`);
  return {
    insert: () =>
      time(1, () =>
        db.transaction(() => {
          const marks = columns.map(() => '?').join(', ');
          const statement = db.prepare(`INSERT INTO tracks VALUES (${marks})`);
          for (const item of items) statement.bind(Object.values(item)).stepReset();
          statement.finalize();
        }),
      ),
  };
};

const module = (text) => import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));

/** Starts the peers; the arguments are the texts of the packages and SQLite's WebAssembly. */
const start = async (dexieText, sqliteText, wasmBinary) => {
  const { default: Dexie } = await module(dexieText);
  const { default: initialize } = await module(sqliteText);
  const locateFile = (file) => new URL(`/${file}`, location.origin).href;
  const sqlite3 = await initialize({ wasmBinary, locateFile, print: () => {}, printErr: () => {} });
  const pool = await sqlite3.installOpfsSAHPoolVfs({ clearOnInit: true });
  return {
    raw,
    dexie: (name, count) => dexie(Dexie, name, count),
    sqlite: (name, count) => sqlite(pool, name, count),
  };
};

return start;
