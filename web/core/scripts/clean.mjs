// Removes what an earlier build left in dist, except the WebAssembly bundle, which is built apart.
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
for (const name of await readdir(dist).catch(() => [])) {
  if (name !== "wasm") {
    await rm(join(dist, name), { recursive: true, force: true });
  }
}
