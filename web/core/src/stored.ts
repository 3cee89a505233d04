/**
 * Remembers outside of the database that a profile has been stored: a browser that throws the
 * database away when space runs out leaves this where it is.
 */

const name = (profile: string): string => `mpc.stored:${profile}`;

/** Whether the profile has been stored here before, as far as the page knows. */
export function wasStored(profile: string): boolean {
  try {
    return (globalThis.localStorage?.getItem(name(profile)) ?? null) !== null;
  } catch {
    // Storage that is switched off remembers nothing.
    return false;
  }
}

/** Notes that the profile is stored. */
export function rememberStored(profile: string): void {
  try {
    globalThis.localStorage?.setItem(name(profile), "1");
  } catch {
    // As above.
  }
}
