/** The bundle as it was built has to be the bundle the worker is written for. Never run. */
import init, { MpcCore } from "../dist/wasm/mpc_wasm.js";
import type { MpcCore as ExpectedCore, default as expectedInit } from "../src/wasm/mpc_wasm.js";

export const loads: typeof expectedInit = init;
export const starts: typeof ExpectedCore.start = MpcCore.start;

export function works(built: MpcCore): Pick<ExpectedCore, keyof ExpectedCore> {
  return built;
}
