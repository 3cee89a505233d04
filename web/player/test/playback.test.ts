import { type Core, MusicCoreError, type Track } from "@music-platform-core/web";
import { beforeEach, expect, test, vi } from "vitest";
import { Pager } from "../src/pager.ts";
import { Playback } from "../src/playback.ts";
import { toast } from "../src/toasts.ts";

vi.mock("../src/toasts.ts", () => ({ toast: vi.fn(), toastError: vi.fn() }));

const track = (id: string, playable = true): Track =>
  ({ id, title: id, playable, duration_ms: 60_000 }) as Track;

const player = {
  play: vi.fn(),
  pause: vi.fn(),
  resume: vi.fn(),
  seek: vi.fn(),
  setVolume: vi.fn(),
  status: vi.fn(),
  session: vi.fn(),
  saveSession: vi.fn(async () => {}),
  savePosition: vi.fn(async () => {}),
  needsGesture: false,
};
/** A list of these which can leap. */
const numbered = (all: Track[]) =>
  new Pager(
    async (after, limit, skip) => {
      const from = after === undefined ? skip : Number(after);
      const items = all.slice(from, from + limit);
      const end = from + items.length;
      return { items, next: end < all.length ? String(end) : null };
    },
    { leaps: true },
  );
const library = { track: vi.fn(async (id: string) => track(id)) };
let playback: Playback;

beforeEach(() => {
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
  vi.clearAllMocks();
  for (const call of [player.play, player.pause, player.resume, player.seek, player.setVolume]) {
    call.mockResolvedValue(undefined);
  }
  playback = new Playback({ player, library } as unknown as Core);
});

const played = () => player.play.mock.calls.map(([id]) => id);
const event = (type: string, fields: object = {}) =>
  playback.handle({ category: "playback", type, track_id: playback.track?.id, ...fields } as never);
const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

test("goes on to the next track that can be played, fetching more of the list", async () => {
  const pages = [
    { items: [track("a"), track("b", false)], next: "2" },
    { items: [track("c", false), track("d")], next: null },
  ];
  const list = new Pager(async () => pages.shift() ?? { items: [], next: null });
  await list.more();
  playback.playFrom(list, 0);
  await event("started");
  await event("completed");
  await soon();
  expect(played()).toEqual(["a", "d"]);
  await event("started");
  await event("completed");
  await soon();
  expect(played()).toEqual(["a", "d"]);
  expect(playback.state).toBe("stopped");
  expect(playback.track?.id).toBe("d");
});

test("keeps the queue, and goes on after a reload where it stopped", async () => {
  playback.playFrom(Pager.of([track("a"), track("b"), track("c")]), 1);
  await event("started");
  await event("paused", { position_ms: 7000 });
  const [session] = player.saveSession.mock.calls[0] as unknown as [
    { queue: object[]; index: number },
  ];
  expect(session.queue).toEqual([{ track_id: "a" }, { track_id: "b" }, { track_id: "c" }]);
  expect(player.savePosition.mock.lastCall).toEqual([1, 7000]);

  player.session.mockResolvedValue({ ...session, index: 1, position_ms: 7000 });
  const later = new Playback({ player, library } as unknown as Core);
  await later.restore();
  expect([later.track?.id, later.positionMs, later.state]).toEqual(["b", 7000, "stopped"]);
  await later.toggle();
  expect(player.play.mock.lastCall).toEqual(["b", expect.objectContaining({ positionMs: 7000 })]);
  expect(await later.next()).toBe(true);
  expect(player.play.mock.lastCall).toEqual(["c", expect.objectContaining({ positionMs: 0 })]);
});

test("previous starts over when more than three seconds have been heard", async () => {
  playback.playFrom(Pager.of([track("a"), track("b")]), 1);
  await event("started");
  await event("position_changed", { position_ms: 4000, duration_ms: 60_000 });
  await playback.previous();
  expect(player.seek).toHaveBeenLastCalledWith(0, expect.anything());
  await soon();
  await playback.previous();
  expect(played()).toEqual(["b", "a"]);
});

test("a list is played on from a place that was leapt to, in both directions", async () => {
  const all = Array.from({ length: 1_000 }, (_, index) => track(String(index)));
  const list = numbered(all);
  await list.more();
  await list.step(700, 710);
  playback.playFrom(list, 700);
  await playback.previous();
  playback.playFrom(list, 799);
  await playback.next();
  expect(played()).toEqual(["700", "699", "799", "800"]);
});

test("of a list that was leapt in, what is kept has no hole", async () => {
  const list = numbered(Array.from({ length: 1_000 }, (_, index) => track(String(index))));
  await list.more();
  await list.step(120, 130);
  playback.playFrom(list, 125);
  const [{ queue, index }] = player.saveSession.mock.lastCall as unknown as [
    { queue: { track_id: string }[]; index: number },
  ];
  expect([queue[0]?.track_id, queue.length, queue[index]?.track_id]).toEqual(["120", 100, "125"]);
});

test("news about the track before do not disturb the one being opened", async () => {
  playback.playFrom(Pager.of([track("a"), track("b")]), 0);
  await event("started");
  player.play.mockReturnValue(new Promise(() => {}));
  await playback.next();
  await event("stopped", { track_id: "a" });
  await event("completed", { track_id: "a" });
  await event("position_changed", { track_id: "a", position_ms: 50_000, duration_ms: 60_000 });
  expect(playback.state).toBe("loading");
  expect(playback.positionMs).toBe(0);
});

test("gives up after three tracks that fail", async () => {
  player.play.mockRejectedValue(new MusicCoreError("corrupt", "the file is damaged"));
  playback.playFrom(Pager.of(["a", "b", "c", "d"].map((id) => track(id))), 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(played()).toEqual(["a", "b", "c"]);
  expect(playback.state).toBe("failed");
  expect(toast).toHaveBeenLastCalledWith(
    expect.objectContaining({ text: expect.stringMatching(/^The file is damaged\. .+/) }),
  );
});

test("shows what something else has started", async () => {
  await playback.handle({ category: "playback", type: "started", track_id: "z" } as never);
  expect(playback.track?.id).toBe("z");
  expect(playback.state).toBe("playing");
});

test("the slider's volume is squared, and muting keeps it", () => {
  playback.setVolume(0.5);
  expect(player.setVolume).toHaveBeenLastCalledWith(0.25);
  playback.toggleMuted();
  expect(player.setVolume).toHaveBeenLastCalledWith(0);
  expect(playback.volume).toBe(0);
  playback.toggleMuted();
  expect(playback.volume).toBe(0.5);
  playback.setVolume(7);
  expect(player.setVolume).toHaveBeenLastCalledWith(1);
});

test("pauses, goes on, and starts again what has ended", async () => {
  playback.playFrom(Pager.of([track("a")]), 0);
  await event("started");
  await playback.toggle();
  expect(playback.state).toBe("paused");
  await playback.toggle();
  expect(playback.state).toBe("playing");
  expect(player.resume).toHaveBeenCalledTimes(1);
  await event("completed");
  await playback.toggle();
  expect(played()).toEqual(["a", "a"]);
});
