// Compares the built bundle's own declarations with what the worker expects of it
// (src/wasm/mpc_wasm.d.ts). Without a bundle there is nothing to compare.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const core = fileURLToPath(new URL("..", import.meta.url));
if (!existsSync(`${core}/dist/wasm/mpc_wasm.d.ts`)) {
  console.log("bundle types: not checked, the bundle is not built");
} else {
  const tsc = spawnSync("npx", ["tsc", "-p", "tsconfig.bundle.json"], {
    cwd: core,
    stdio: "inherit",
  });
  process.exitCode = tsc.status ?? 1;
}
