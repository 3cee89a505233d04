/** The page: routes, search, and keeping what is shown in step with the library. */
import type { Account, Core, Event } from "@music-platform-core/web";
import { Covers } from "./covers.ts";
import { byId } from "./dom.ts";
import { noteFocus } from "./focus.ts";
import { Importer } from "./importer.ts";
import { libraryCopies } from "./library-file.ts";
import { mediaSession } from "./media-session.ts";
import {
  accountAdd,
  accounts,
  duplicates,
  fetchParts,
  history,
  playlist,
  playlists,
} from "./parts.ts";
import { Playback } from "./playback.ts";
import { playerBar } from "./player-bar.ts";
import { explain } from "./remedies.ts";
import { shortcuts } from "./shortcuts.ts";
import { storageEnded, tellOfDamage } from "./standing.ts";
import { LATELY_MS, Syncs } from "./syncs.ts";
import { attempt, toast, toastError } from "./toasts.ts";
import { album } from "./views/album.ts";
import { albums } from "./views/albums.ts";
import { artist } from "./views/artist.ts";
import { artists } from "./views/artists.ts";
import { empty } from "./views/empty.ts";
import { failure } from "./views/failure.ts";
import { search } from "./views/search.ts";
import { markCurrent } from "./views/track-list.ts";
import { tracks } from "./views/tracks.ts";
import type { Context, View, ViewMaker } from "./views/view.ts";

const ROUTES: Record<string, ViewMaker> = {
  albums,
  artists,
  tracks,
  playlists,
  album,
  artist,
  playlist,
  history,
  accounts,
  duplicates,
  search,
};

/** Events after which nothing looks different. */
const QUIET = ["scan_started", "sound_check_progress", "track_played"];

/** Views that have something to show before there is any music. */
const WITHOUT_MUSIC = ["playlists", "playlist", "history", "accounts"];

/** The views that are kept, with their place in the list, while others are looked at. */
const TABS = ["albums", "artists", "tracks"];

/** How long typing pauses before a search begins. */
const TYPING_MS = 120;

/** How often the list is renewed while an import runs. */
const RENEW_MS = 1500;

interface Shown {
  route: string;
  view: View;
  scroll: number;
}

/** The running page. */
export class App {
  readonly #core: Core;
  readonly #context: Context;
  readonly #importer: Importer;
  readonly #main = byId("main");
  readonly #search = byId<HTMLInputElement>("search");
  readonly #kept = new Map<string, Shown>();
  #shown: Shown | undefined;
  #tab = "albums";
  #navigation = new AbortController();
  #renewing: ReturnType<typeof setTimeout> | undefined;

  constructor(core: Core) {
    this.#core = core;
    const covers = new Covers(core);
    const playback = new Playback(core);
    this.#context = {
      core,
      covers,
      playback,
      syncs: new Syncs(core),
      choose: (what) => this.#importer.choose(what),
      added: (account) => this.#added(account),
      accountsChanged: () => void this.#renew(),
    };
    this.#importer = new Importer(core, (report) => {
      if (report === undefined || report.updated > 0) {
        covers.forget();
      }
      void this.#renew();
    });
    const { syncs } = this.#context;
    syncs.onChange((account) => {
      if ((syncs.of(account)?.report?.updated ?? 0) > 0) {
        covers.forget();
        this.#renewSoon();
      }
    });
    playerBar(byId("player"), playback, covers);
    mediaSession(playback, covers);
    shortcuts(playback);
    playback.onChange(() => {
      markCurrent(playback.track?.id);
      this.#entitle();
    });
    this.#listen();
    addEventListener("hashchange", () => void this.#navigate());
    void this.#follow();
    void playback.restore();
    void this.#navigate();
    void this.#beginAccounts();
    attempt(() => libraryCopies(core), "The library does not answer");
    attempt(() => tellOfDamage(core), "The library does not answer");
    fetchParts();
  }

  /** Follows the core's events for as long as it lives. */
  async #follow(): Promise<void> {
    try {
      for await (const event of this.#core.events()) {
        await this.#handle(event);
      }
    } catch (error) {
      const { message, remedy } = explain(error);
      toast({
        kind: "error",
        title: message,
        text: remedy,
        action: { label: "Reload", run: () => location.reload() },
        ms: Number.POSITIVE_INFINITY,
      });
    }
  }

  async #handle(event: Event): Promise<void> {
    switch (event.category) {
      case "playback":
        await this.#context.playback.handle(event);
        break;
      case "sync":
        this.#context.syncs.handle(event);
        break;
      case "library":
        if (event.type === "scan_progress") {
          this.#importer.progress(event);
        }
        if (event.type === "duplicates_found") {
          toast({
            key: event.type,
            title: `Some music is there more than once: ${event.groups}`,
            action: { label: "Show", run: () => location.assign("#/duplicates") },
          });
        } else if (event.type.startsWith("playlist_")) {
          // The list of playlists follows by itself.
          if (location.hash.startsWith("#/playlist/")) {
            void this.#renew();
          }
        } else if (!QUIET.includes(event.type)) {
          this.#renewSoon();
        }
        break;
      case "system":
        if (event.type === "lagged") {
          await this.#context.playback.refresh();
          this.#renewSoon();
        } else if (event.type === "storage_damaged") {
          await tellOfDamage(this.#core);
        } else {
          storageEnded(event.type);
        }
        break;
    }
  }

  /** Finishes a sign-in that has left the page, and brings the library in line with its drives. */
  async #beginAccounts(): Promise<void> {
    const { accounts } = this.#core;
    try {
      const account = await accounts.finish();
      if (account) {
        const { nameOf, welcome } = await accountAdd();
        welcome(nameOf(await accounts.kinds(), account.provider), account);
        this.#added(account);
      }
    } catch (error) {
      toastError("The sign-in did not work", error);
    }
    const sync = (): void =>
      attempt(() => this.#context.syncs.startAll(), "The drives cannot be synchronised");
    sync();
    setInterval(sync, LATELY_MS);
  }

  #added(account: Account): void {
    void this.#context.syncs.start(account.id, "signed_in");
    if (location.hash === "#/accounts") {
      void this.#renew();
    } else {
      location.hash = "#/accounts";
    }
  }

  #listen(): void {
    byId("add-from").addEventListener("click", () =>
      attempt(async () => (await accountAdd()).addMusic(this.#context)),
    );
    document.querySelector(".skip")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.#main.focus();
    });
    let typing: ReturnType<typeof setTimeout> | undefined;
    this.#search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => this.#searchFor(this.#search.value.trim()), TYPING_MS);
    });
    this.#search.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(typing);
      this.#searchFor(this.#search.value.trim());
      this.#main.focus();
    });
  }

  /** Shows results while one types; the whole typing is one step back in the history. */
  #searchFor(text: string): void {
    const target = text ? `#/search/${encodeURIComponent(text)}` : `#/${this.#tab}`;
    if (location.hash === target) {
      return;
    }
    if (location.hash.startsWith("#/search/")) {
      location.replace(target);
    } else if (text) {
      location.hash = target;
    }
  }

  async #navigate(): Promise<void> {
    const [, name = "", argument = ""] = /^#\/([^/]+)(?:\/(.*))?$/.exec(location.hash) ?? [];
    const make = ROUTES[name];
    if (!make) {
      location.replace("#/albums");
      return;
    }
    this.#navigation.abort();
    const navigation = new AbortController();
    this.#navigation = navigation;
    const route = `${name}/${argument}`;
    if (TABS.includes(name) || name === "playlists") {
      this.#tab = name;
    }
    if (name !== "search" && document.activeElement !== this.#search) {
      this.#search.value = "";
    } else if (name === "search" && document.activeElement !== this.#search) {
      this.#search.value = decode(argument);
    }
    for (const link of document.querySelectorAll<HTMLElement>("[data-tab]")) {
      if (link.dataset.tab === name) {
        link.setAttribute("aria-current", "page");
      } else {
        link.removeAttribute("aria-current");
      }
    }

    const kept = this.#kept.get(route);
    if (kept) {
      this.#kept.delete(route);
      this.#show(kept);
      return;
    }
    const view = await this.#make(name, make, decode(argument), navigation.signal);
    if (navigation.signal.aborted) {
      view.leave();
    } else {
      this.#show({ route, view, scroll: 0 });
    }
  }

  async #make(name: string, make: ViewMaker, argument: string, signal: AbortSignal): Promise<View> {
    try {
      const status = await this.#core.status();
      if (status.tracks === 0 && !WITHOUT_MUSIC.includes(name)) {
        return empty(this.#context, this.#core.capabilities.durable);
      }
      return await make(this.#context, { argument, status, signal });
    } catch (error) {
      return failure("This cannot be shown", explain(error), () => void this.#renew());
    }
  }

  #show(next: Shown): void {
    const last = this.#shown;
    if (last) {
      last.scroll = this.#main.scrollTop;
      if (last.route !== next.route && TABS.some((tab) => last.route === `${tab}/`)) {
        this.#kept.set(last.route, last);
      } else {
        last.view.leave();
      }
    }
    this.#shown = next;
    this.#main.replaceChildren(next.view.element);
    this.#main.scrollTop = next.scroll;
    markCurrent(this.#context.playback.track?.id);
    this.#entitle();
    if (last && last.route !== next.route) {
      // Someone who listens to the page hears what was found, or the new part from its beginning.
      if (document.activeElement === this.#search) {
        const found = next.view.element.querySelectorAll("h1, .amount");
        byId("said").textContent = [...found].flatMap((part) => part.textContent || []).join(". ");
      } else {
        this.#main.focus({ preventScroll: true });
      }
    }
  }

  /** Names the window and the main part after what is heard and shown. */
  #entitle(): void {
    const { state, track } = this.#context.playback;
    const shown = this.#main.querySelector("h1")?.textContent ?? "Opening";
    this.#main.ariaLabel = shown;
    document.title = `${track && state === "playing" ? track.title : shown} · Music`;
  }

  #renewSoon(): void {
    this.#renewing ??= setTimeout(() => {
      const { view } = this.#shown ?? {};
      if (view?.changed) {
        this.#outdate();
        view.changed();
      } else {
        void this.#renew();
      }
    }, RENEW_MS);
  }

  /** Has the views that are not shown made anew when they are next looked at. */
  #outdate(): void {
    clearTimeout(this.#renewing);
    this.#renewing = undefined;
    for (const { view } of this.#kept.values()) {
      view.leave();
    }
    this.#kept.clear();
  }

  /** Makes every view anew: the shown one at once, at the same place and with the same focus. */
  async #renew(): Promise<void> {
    this.#outdate();
    const giveBack = noteFocus(this.#main);
    const scroll = this.#main.scrollTop;
    await this.#navigate();
    // Far down, the list has to grow to its former length before the place exists again, and its
    // rows come with the next frames, or with the pages they are on.
    const { route } = this.#shown ?? {};
    let [there, whole] = [false, false];
    for (let tries = 0; tries < 40 && !whole && route === this.#shown?.route; tries += 1) {
      if (tries > 0) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        whole = there && !this.#main.querySelector(".waiting");
      }
      if (!there) {
        this.#main.scrollTop = scroll;
        there = this.#main.scrollTop >= scroll - 1;
        whole = scroll === 0;
      }
    }
    giveBack();
  }
}

/** Someone may have typed the address by hand. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
