/**
 * For the page that providers send users back to: hands the answer to the core and closes itself.
 * It is an entry of its own, so that this page loads nothing else.
 *
 * The code in the answer is of no use without the verifier, which never leaves the core's worker.
 */

/** The channel that the core listens to while somebody signs in. */
const CHANNEL = "mpc-auth";

/** The parts of a window that are needed. */
export interface SignInScope {
  location: { search: string; pathname: string };
  history: { replaceState(state: null, title: string, url: string): void };
  close(): void;
}

/**
 * Hands the answer in the page's address to the core, takes it out of the address and the history,
 * and closes the window where the browser allows it. Returns whether there was an answer.
 */
export function finishSignIn(scope: SignInScope = globalThis as unknown as SignInScope): boolean {
  const query = scope.location.search.replace(/^\?/, "");
  if (query === "") {
    return false;
  }
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ type: "auth_redirect", query });
  channel.close();
  scope.history.replaceState(null, "", scope.location.pathname);
  scope.close();
  return true;
}
