import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Accounts, type LeavingScope } from "../src/accounts.js";
import type { CallOptions, WorkerClient } from "../src/client.js";
import type { NewAccount } from "../src/generated/index.js";
import { keepAnswer } from "../src/leaving.js";
import { finishSignIn, type SignInScope } from "../src/sign-in.js";
import { SignInWindows } from "../src/sign-in-window.js";

const HERE = "https://player.test/?profile=p";
const DRIVE: NewAccount = { kind: "google-drive", client_id: "c" };

/** A worker that answers when it is told to. */
class FakeClient {
  readonly calls: { method: string; params: object }[] = [];
  answer: (method: string) => unknown = () => ({ id: "a" });

  async call(method: string, params: object, { signal }: CallOptions = {}): Promise<unknown> {
    this.calls.push({ method, params });
    signal?.throwIfAborted();
    return this.answer(method);
  }
}

class FakeStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
}

class FakeWindow {
  opener: unknown = "the player";
  closed = false;
  readonly shown: string[] = [];
  readonly location = { replace: (url: string): void => void this.shown.push(url) };
  close = (): void => {
    this.closed = true;
  };
}

let client: FakeClient;
let storage: FakeStorage;
let gone: string[];
let opened: FakeWindow[];
let windows: SignInWindows;
let allowed: boolean;
let accounts: Accounts;

beforeEach(() => {
  client = new FakeClient();
  storage = new FakeStorage();
  gone = [];
  opened = [];
  allowed = true;
  windows = new SignInWindows((url) => {
    if (!allowed) {
      return null;
    }
    const made = new FakeWindow();
    made.shown.push(...(url === "" ? [] : [url]));
    opened.push(made);
    return made;
  });
  const scope: LeavingScope = {
    location: { href: HERE, assign: (url) => void gone.push(url) },
    sessionStorage: storage,
  };
  accounts = new Accounts(client as unknown as WorkerClient, windows, scope);
});

describe("in a window", () => {
  test("it opens at once, shows the page without a way back to it, and is closed", async () => {
    let answered: (value: unknown) => void = () => {};
    client.answer = () => new Promise((resolve) => (answered = resolve));
    const added = accounts.add(DRIVE);
    // Before anything else has had a turn: later the browser would not allow it.
    expect(opened).toHaveLength(1);
    windows.show("https://provider.test/");
    expect(opened[0]?.opener).toBe(null);
    expect(opened[0]?.shown).toEqual(["https://provider.test/"]);
    answered({ id: "a" });
    expect(await added).toEqual({ id: "a" });
    expect(opened[0]?.closed).toBe(true);
    expect(client.calls).toEqual([{ method: "accounts.add", params: DRIVE }]);
  });

  test("that the browser refuses is told, and nothing is begun", async () => {
    allowed = false;
    await expect(accounts.add(DRIVE)).rejects.toMatchObject({ code: "popup_blocked" });
    expect(client.calls).toEqual([]);
  });

  test("is closed when the sign-in fails, and a later page gets one of its own", async () => {
    client.answer = () => {
      throw new Error("refused");
    };
    await expect(accounts.add(DRIVE)).rejects.toThrow("refused");
    expect(opened[0]?.closed).toBe(true);
    windows.show("https://provider.test/");
    expect(opened[0]?.shown).toEqual([]);
    expect(opened[1]?.shown).toEqual(["https://provider.test/"]);
  });

  test("is not needed for a password, or where the host shows pages", async () => {
    const kind = "google-drive";
    await accounts.add({ kind, url: "https://dav.test", user: "u", password: "p" });
    await accounts.add({ kind, url: "https://dav.test" });
    const own = new Accounts(client as unknown as WorkerClient, undefined);
    await own.add(DRIVE);
    expect(opened).toEqual([]);
    expect(client.calls).toHaveLength(3);
  });
});

describe("in this tab", () => {
  /** The page that the provider sends the tab back to. */
  const back = (search: string) => {
    const replaced: string[] = [];
    const scope: SignInScope = {
      location: {
        search,
        pathname: "/sign-in.html",
        origin: "https://player.test",
        replace: (url) => void gone.push(url),
      },
      history: { replaceState: (_state, _title, url) => void replaced.push(url) },
      sessionStorage: storage,
      close: () => {},
    };
    return { scope, replaced };
  };

  const leave = async (): Promise<void> => {
    client.answer = (method) =>
      method === "accounts.begin_redirect" ? { url: "https://provider.test/" } : { id: "a" };
    void accounts.add(DRIVE, { via: "tab" });
    await new Promise((resolve) => setTimeout(resolve));
  };

  test("it leaves, comes back to where it was, and is finished once", async () => {
    await leave();
    expect(gone).toEqual(["https://provider.test/"]);
    const { scope, replaced } = back("?code=c&state=s");
    expect(finishSignIn(scope)).toBe(true);
    expect(replaced).toEqual(["/sign-in.html"]);
    expect(gone.at(-1)).toBe(HERE);

    expect(await accounts.finish()).toEqual({ id: "a" });
    expect(client.calls.at(-1)).toEqual({
      method: "accounts.finish_redirect",
      params: { query: "code=c&state=s" },
    });
    expect([...storage.items]).toEqual([]);
    expect(await accounts.finish()).toBe(undefined);
  });

  test("a tab that was given up brings nothing back", async () => {
    await leave();
    expect(await accounts.finish()).toBe(undefined);
    expect(client.calls.map(({ method }) => method)).toEqual(["accounts.begin_redirect"]);
  });

  test("a window that is opened later is not taken for the tab that left", async () => {
    await leave();
    await accounts.add(DRIVE);
    expect(keepAnswer("code=c", "https://player.test", storage)).toBe(undefined);
  });

  test("nobody is sent to another origin", async () => {
    storage.setItem("mpc.sign-in", JSON.stringify({ back: "https://evil.test/" }));
    expect(keepAnswer("code=c", "https://player.test", storage)).toBe(undefined);
  });

  test.each([
    "nonsense",
    "null",
    "{}",
    '{"back":1}',
    '{"back":"nowhere"}',
    '{"answer":"code=old"}',
  ])("a note that says %s does not swallow the answer", async (note) => {
    const channel = new BroadcastChannel("mpc-auth");
    const heard = new Promise((resolve) => {
      channel.onmessage = ({ data }) => resolve(data);
    });
    storage.setItem("mpc.sign-in", note);
    expect(finishSignIn(back("?code=c&state=s").scope)).toBe(true);
    expect(await heard).toEqual({ type: "auth_redirect", query: "code=c&state=s" });
    channel.close();
    expect(gone).toEqual([]);
    expect(await accounts.finish()).toBe(undefined);
  });
});

afterEach(() => {
  for (const window of opened) {
    window.close();
  }
});
