import { expect, test } from "vitest";
import { EventHub } from "../src/events.js";
import type { Event } from "../src/generated/index.js";

const added = (id: number): Event => ({
  category: "library",
  type: "track_added",
  track_id: String(id),
});
const position = (ms: number): Event => ({
  category: "playback",
  type: "position_changed",
  track_id: "t",
  position_ms: ms,
  duration_ms: 1000,
});
const progress = (done: number): Event => ({
  category: "library",
  type: "scan_progress",
  done,
  total: 10,
  current: null,
});

async function drain(stream: AsyncIterable<Event>, count: number): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of stream) {
    events.push(event);
    if (events.length === count) {
      break;
    }
  }
  return events;
}

test("every subscriber gets every event", async () => {
  const hub = new EventHub();
  const first = hub.subscribe();
  const second = hub.subscribe();
  const waiting = drain(first, 2);
  hub.emit(added(1));
  hub.emit(added(2));
  expect(await waiting).toEqual([added(1), added(2)]);
  expect(await drain(second, 2)).toEqual([added(1), added(2)]);
});

test("a slow reader loses the oldest and is told how many", async () => {
  const hub = new EventHub();
  const slow = hub.subscribe({ capacity: 3 });
  const quick = hub.subscribe();
  for (let id = 0; id < 8; id += 1) {
    hub.emit(added(id));
  }
  expect(await drain(slow, 4)).toEqual([
    { category: "system", type: "lagged", missed: 5 },
    added(5),
    added(6),
    added(7),
  ]);
  expect(await drain(quick, 8)).toHaveLength(8);
});

test("positions and progress are merged before anything is lost", async () => {
  const hub = new EventHub();
  const slow = hub.subscribe({ capacity: 4 });
  hub.emit(added(1));
  for (let step = 1; step <= 50; step += 1) {
    hub.emit(position(step));
    hub.emit(progress(step));
  }
  hub.emit(added(2));
  expect(await drain(slow, 4)).toEqual([added(1), position(50), progress(50), added(2)]);
});

test("positions of different tracks are kept apart", async () => {
  const hub = new EventHub();
  const slow = hub.subscribe({ capacity: 2 });
  const other = { ...position(7), track_id: "u" } as Event;
  hub.emit(position(1));
  hub.emit(other);
  hub.emit(position(2));
  expect(await drain(slow, 2)).toEqual([other, position(2)]);
});

test("leaving the loop ends the subscription", async () => {
  const hub = new EventHub();
  const stream = hub.subscribe();
  hub.emit(added(1));
  hub.emit(added(2));
  expect(await drain(stream, 1)).toEqual([added(1)]);
  hub.emit(added(3));
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test("an aborted signal rejects the reader once, with its reason", async () => {
  const hub = new EventHub();
  const controller = new AbortController();
  const stream = hub.subscribe({ signal: controller.signal });
  const next = stream.next();
  controller.abort("enough");
  await expect(next).rejects.toBe("enough");
  expect(await stream.next()).toEqual({ done: true, value: undefined });

  const late = hub.subscribe({ signal: controller.signal });
  await expect(late.next()).rejects.toBe("enough");
  expect((await late.next()).done).toBe(true);
});
