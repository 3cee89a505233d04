/**
 * The dedicated worker: loads the bundle from `./wasm/` and answers the page. Hosts start it
 * through `createCore`; it is an entry of its own so that bundlers can find it.
 */
import init, { MpcCore } from "./wasm/mpc_wasm.js";
import { type HostScope, serve } from "./worker-host.js";

serve(self as unknown as HostScope, {
  init: (options) => init(options),
  start: (configJson, onEvent, onShow) => MpcCore.start(configJson, onEvent, onShow),
});
