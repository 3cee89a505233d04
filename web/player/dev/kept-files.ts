/** Keeps the files of the stand-in across reloads, one transaction each. */

/** A file in a profile, with its path. */
export interface KeptFile {
  path: string;
  file: File;
}

/** An open profile. */
export class KeptFiles {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  /** Opens the files of `profile`. */
  static async open(profile: string): Promise<KeptFiles> {
    const request = indexedDB.open(`fake:${profile}`, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("files", { keyPath: "path" });
    };
    return new KeptFiles(await settled(request));
  }

  /** Everything that was kept. */
  all(): Promise<KeptFile[]> {
    return settled(this.#database.transaction("files").objectStore("files").getAll());
  }

  /** Keeps a file; resolves when it is safe. */
  put(kept: KeptFile): Promise<void> {
    const transaction = this.#database.transaction("files", "readwrite", { durability: "strict" });
    transaction.objectStore("files").put(kept);
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
