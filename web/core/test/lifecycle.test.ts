import { afterEach, beforeEach, expect, test } from "vitest";
import { lifecycleChannel, PageLifecycle, type PageScope } from "../src/lifecycle.js";
import { finishSignIn } from "../src/sign-in.js";

const name = lifecycleChannel("tests", "page-1");
let worker: BroadcastChannel;
let heard: unknown[];

beforeEach(() => {
  worker = new BroadcastChannel(name);
  heard = [];
  worker.onmessage = ({ data }) => heard.push(data.phase);
});

afterEach(() => worker.close());

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

class FakePage extends EventTarget implements PageScope {
  readonly document = Object.assign(new EventTarget(), { visibilityState: "visible" });

  happens(type: string, persisted = false): void {
    const target = type.startsWith("page") ? this : this.document;
    target.dispatchEvent(Object.assign(new Event(type), { persisted }));
  }
}

test("the page posts what happens to it", async () => {
  const page = new FakePage();
  const lifecycle = PageLifecycle.begin(name, page);
  page.document.visibilityState = "hidden";
  page.happens("visibilitychange");
  page.happens("freeze");
  page.happens("resume");
  page.document.visibilityState = "visible";
  page.happens("visibilitychange");
  page.happens("pagehide", true);
  page.happens("pageshow", true);
  page.happens("pagehide");
  await settle();
  expect(heard).toEqual([
    "background",
    "suspended",
    "background",
    "foreground",
    "suspended",
    "foreground",
    "terminating",
  ]);
  lifecycle?.close();
  page.happens("freeze");
  await settle();
  expect(heard.length).toBe(7);
});

test("a page that begins hidden says so, and without a page nobody posts", async () => {
  const page = new FakePage();
  page.document.visibilityState = "hidden";
  const lifecycle = PageLifecycle.begin(name, page);
  await settle();
  expect(heard).toEqual(["background"]);
  lifecycle?.close();
  expect(PageLifecycle.begin(name)).toBeUndefined();
});

test("the sign-in page hands over its answer and forgets it", async () => {
  const core = new BroadcastChannel("mpc-auth");
  const answers: unknown[] = [];
  core.onmessage = ({ data }) => answers.push(data);
  const shown: string[] = [];
  let closed = 0;
  const scope = (search: string) => ({
    location: { search, pathname: "/sign-in.html", origin: "https://p.test", replace: () => {} },
    history: { replaceState: (_state: null, _title: string, url: string) => shown.push(url) },
    close: () => {
      closed += 1;
    },
  });
  expect(finishSignIn(scope("?code=4%2F0&state=s"))).toBe(true);
  expect(finishSignIn(scope(""))).toBe(false);
  await settle();
  core.close();
  expect(answers).toEqual([{ type: "auth_redirect", query: "code=4%2F0&state=s" }]);
  expect([shown, closed]).toEqual([["/sign-in.html"], 1]);
});
