/**
 * Sign-ins that leave the page: where the tab goes back to, and what it brings along. Both are
 * kept in the tab's own session storage for as long as the user is away. What is brought along is
 * a code, which is of no use without the verifier that stays with the core.
 */

const KEY = "mpc.sign-in";

/** The parts of a tab's storage that are needed. */
export type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

interface Left {
  back: string;
  answer?: string;
}

/** Notes where this tab comes back to after a sign-in. */
export function noteLeaving(back: string, storage: TabStorage = sessionStorage): void {
  storage.setItem(KEY, JSON.stringify({ back } satisfies Left));
}

/** Forgets that this tab has left; windows that it opens begin with a copy of what it notes. */
export function forgetLeaving(storage: TabStorage = sessionStorage): void {
  storage.removeItem(KEY);
}

/** Keeps the answer of a tab that has left, and says where it goes back to; if it has. */
export function keepAnswer(
  answer: string,
  origin: string,
  storage: TabStorage | undefined,
): string | undefined {
  const left = read(storage);
  if (!storage || !left || new URL(left.back).origin !== origin) {
    return undefined;
  }
  storage.setItem(KEY, JSON.stringify({ ...left, answer } satisfies Left));
  return left.back;
}

/** Takes the answer that this tab has brought back; once. */
export function takeAnswer(storage: TabStorage = sessionStorage): string | undefined {
  const answer = read(storage)?.answer;
  storage.removeItem(KEY);
  return answer;
}

function read(storage: TabStorage | undefined): Left | undefined {
  try {
    const { back, answer } = JSON.parse(storage?.getItem(KEY) ?? "null") as Partial<Left>;
    if (typeof back !== "string" || !URL.canParse(back)) {
      return undefined;
    }
    return typeof answer === "string" ? { back, answer } : { back };
  } catch {
    // Storage that is switched off, or something else's entry, says nothing.
    return undefined;
  }
}
