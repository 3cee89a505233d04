/**
 * For the page that providers send users back to: hands the answer to the core and closes itself.
 * It is an entry of its own, so that this page loads nothing else.
 *
 * The code in the answer is of no use without the verifier, which never leaves the core's worker.
 */
import { keepAnswer, type TabStorage } from "./leaving.js";

/** The channel that the core listens to while somebody signs in. */
const CHANNEL = "mpc-auth";

/** The parts of a window that are needed. */
export interface SignInScope {
  location: { search: string; pathname: string; origin: string; replace(url: string): void };
  history: { replaceState(state: null, title: string, url: string): void };
  sessionStorage?: TabStorage;
  close(): void;
}

/**
 * Hands the answer in the page's address to the core and takes it out of the address and the
 * history. A window that was opened for the sign-in is closed where the browser allows it; a tab
 * that has left the player for it goes back there. Returns whether there was an answer.
 */
export function finishSignIn(scope: SignInScope = globalThis as unknown as SignInScope): boolean {
  const query = scope.location.search.replace(/^\?/, "");
  if (query === "") {
    return false;
  }
  scope.history.replaceState(null, "", scope.location.pathname);
  const back = keepAnswer(query, scope.location.origin, storageOf(scope));
  if (back !== undefined) {
    scope.location.replace(back);
    return true;
  }
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ type: "auth_redirect", query });
  channel.close();
  scope.close();
  return true;
}

function storageOf(scope: SignInScope): TabStorage | undefined {
  try {
    return scope.sessionStorage;
  } catch {
    // Browsers that block site data throw here.
    return undefined;
  }
}
