/** Starts the core and the page around it. */
import "@fontsource-variable/inter/wght.css";
import { type Core, createCore } from "@music-platform-core/web";
import { App } from "./app.ts";
import { byId } from "./dom.ts";
import { explain, OPENING } from "./remedies.ts";
import { failure } from "./views/failure.ts";

declare global {
  interface Window {
    /** The running core, for scripts and tests. */
    mpc?: Core;
  }
}

async function start(): Promise<void> {
  const profile = new URLSearchParams(location.search).get("profile") ?? "default";
  try {
    const core = await createCore({ profile, redirectUrl: "./sign-in.html" });
    window.mpc = core;
    new App(core);
    addEventListener("pagehide", () => void core.dispose());
    addEventListener("pageshow", (event) => {
      // Brought back from the browser's memory, where its core has already ended.
      if (event.persisted) {
        location.reload();
      }
    });
  } catch (error) {
    const { element } = failure("Your library could not be opened", explain(error, OPENING), () =>
      location.reload(),
    );
    byId("main").replaceChildren(element);
  }
}

void start();
