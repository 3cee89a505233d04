import type { Core, CoverSize } from "@music-platform-core/web";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Covers } from "../src/covers.ts";
import { type FakeElement, openPage } from "./fake-page.ts";

type Callback = (entries: { isIntersecting: boolean; target: FakeElement }[]) => void;
type Answer = { picture: Blob; colour: string | null } | undefined;

/** Sees what it observes when the test says so. */
class FakeObserver {
  readonly #observed = new Set<FakeElement>();
  readonly #callback: Callback;

  constructor(callback: Callback) {
    this.#callback = callback;
    observer = this;
  }

  observe(element: FakeElement): void {
    this.#observed.add(element);
  }

  unobserve(element: FakeElement): void {
    this.#observed.delete(element);
  }

  /** Scrolls everything into view, and waits until what comes of it has come. */
  async see(): Promise<void> {
    this.#callback([...this.#observed].map((target) => ({ isIntersecting: true, target })));
    await vi.runAllTimersAsync();
  }
}

let observer: FakeObserver;
let body: FakeElement;
let asked: string[];
let released: string[];
/** What the core answers; an album without an entry has a red cover. */
let answers: Map<string, () => Promise<Answer>>;

function begin(): Covers {
  const cover = (albumId: string, size: CoverSize) => {
    asked.push(`${size} of ${albumId}`);
    const red = async (): Promise<Answer> => ({ picture: new Blob([]), colour: "#c81010" });
    return (answers.get(albumId) ?? red)();
  };
  return new Covers({ library: { cover } } as unknown as Core);
}

/** A cover that is on the page. */
function show(covers: Covers, albumId: string, size?: CoverSize): FakeElement {
  const element = covers.element("Takk", albumId, true, size) as unknown as FakeElement;
  body.append(element);
  return element;
}

function shown(element: FakeElement): string | undefined {
  return (element.querySelector("img") as unknown as HTMLImageElement | null)?.src;
}

beforeEach(() => {
  vi.useFakeTimers();
  ({ body } = openPage().document);
  [asked, released, answers] = [[], [], new Map()];
  vi.stubGlobal("IntersectionObserver", FakeObserver);
  let count = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${++count}`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void released.push(String(url)));
});

describe("covers", () => {
  test("are asked for as thumbnails once they are seen, and once for everybody", async () => {
    const covers = begin();
    const [one, other] = [show(covers, "a"), show(covers, "a")];
    expect(asked).toEqual([]);
    await observer.see();
    expect(asked).toEqual(["thumbnail of a"]);
    expect([shown(one), shown(other)]).toEqual(["blob:1", "blob:1"]);
    expect(shown(show(covers, "a"))).toBe("blob:1");
  });

  test("are small at first where the large one is still to come", async () => {
    const covers = begin();
    show(covers, "a");
    await observer.see();
    const large = show(covers, "a", "full");
    expect(shown(large)).toBe("blob:1");
    await observer.see();
    expect(asked).toEqual(["thumbnail of a", "full of a"]);
    expect(shown(large)).toBe("blob:2");
    expect(await covers.url("a", "full")).toBe("blob:2");
  });

  test("have their colour while they load, once it is known", async () => {
    const covers = begin();
    const first = show(covers, "a");
    expect(first.styles.has("background")).toBe(false);
    await observer.see();
    expect(first.styles.get("background")).toBe("#c81010");
    expect(show(covers, "a", "full").styles.get("background")).toBe("#c81010");
    covers.forget();
    expect(show(covers, "a").styles.has("background")).toBe(false);
  });

  test("stay drawn where there is none, or none that can be read", async () => {
    const covers = begin();
    answers.set("none", async () => undefined);
    answers.set("broken", async () => Promise.reject(new Error("corrupt")));
    answers.set("glass", async () => ({ picture: new Blob([]), colour: null }));
    const [none, broken, glass] = ["none", "broken", "glass"].map((id) => show(covers, id));
    await observer.see();
    for (const drawn of [none, broken]) {
      expect(drawn?.textContent).toBe("T");
      expect(drawn?.styles.has("background")).toBe(false);
    }
    expect(glass && shown(glass)).toBe("blob:1");
  });

  test("that could not be read are asked for again after a while", async () => {
    const covers = begin();
    answers.set("away", async () => Promise.reject(new Error("offline")));
    expect(await covers.url("away", "thumbnail")).toBeUndefined();
    answers.delete("away");
    await vi.advanceTimersByTimeAsync(29_000);
    expect(await covers.url("away", "thumbnail")).toBeUndefined();
    expect(asked).toEqual(["thumbnail of away"]);
    await vi.advanceTimersByTimeAsync(2_000);
    const again = show(covers, "away");
    await observer.see();
    expect(shown(again)).toBe("blob:1");
  });

  test("that are forgotten while they load are asked for again", async () => {
    const covers = begin();
    let arrive = () => {};
    const coming = new Promise<Answer>((resolve) => {
      arrive = () => resolve({ picture: new Blob([]), colour: null });
    });
    answers.set("coming", () => coming);
    const element = show(covers, "coming");
    const seen = observer.see();
    await vi.advanceTimersByTimeAsync(100);
    covers.forget();
    answers.delete("coming");
    arrive();
    await seen;
    expect(shown(element)).toBeUndefined();
    await observer.see();
    expect(released).toEqual(["blob:1"]);
    expect(shown(element)).toBe("blob:2");
  });

  test("used longest ago are released", async () => {
    const covers = begin();
    for (let album = 0; album < 401; album += 1) {
      await covers.url(String(album), "thumbnail");
      await covers.url("0", "thumbnail");
    }
    expect(released).toEqual(["blob:2"]);
    expect(shown(show(covers, "0"))).toBe("blob:1");
    expect(shown(show(covers, "1"))).toBeUndefined();
  });

  test("that are forgotten are released, those still to come too", async () => {
    const covers = begin();
    await covers.url("there", "thumbnail");
    const coming = covers.url("coming", "thumbnail");
    covers.forget();
    await coming;
    expect([...released].sort()).toEqual(["blob:1", "blob:2"]);
    expect(shown(show(covers, "coming"))).toBeUndefined();
    expect(await covers.url("there", "thumbnail")).toBe("blob:3");
  });
});
