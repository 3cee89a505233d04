import { beforeEach, expect, test } from "vitest";
import type { FromPage, FromProducer } from "../src/worklet.js";

const RATE = 48_000;
const QUANTUM = 128;
/** Longer than any ramp of the processor (4 ms, 192 frames). */
const RAMP_QUANTA = 2;

class FakePort {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closed = false;
  postMessage(message: Record<string, unknown>): void {
    this.sent.push({ ...message });
  }
  close(): void {
    this.closed = true;
  }
}

interface Processor {
  port: FakePort;
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

let Registered: new () => Processor;
Object.assign(globalThis, {
  sampleRate: RATE,
  AudioWorkletProcessor: class {
    readonly port = new FakePort();
  },
  registerProcessor: (name: string, processor: new () => Processor) => {
    expect(name).toBe("mpc-output");
    Registered = processor;
  },
});
await import("../src/worklet.js");

let processor: Processor;
let worker: FakePort;

beforeEach(() => {
  processor = new Registered();
  worker = new FakePort();
  page({ type: "connect", port: worker as never });
});

function page(message: FromPage): void {
  processor.port.onmessage?.({ data: message });
}

function send(...messages: FromProducer[]): void {
  for (const message of messages) {
    worker.onmessage?.({ data: message });
  }
}

/** Interleaved frames: `value` on the left, its negative on the right. */
function frames(count: number, value: number | ((frame: number) => number) = 0.5): Float32Array {
  const samples = new Float32Array(count * 2);
  for (let frame = 0; frame < count; frame += 1) {
    const sample = typeof value === "number" ? value : value(frame);
    samples[frame * 2] = sample;
    samples[frame * 2 + 1] = -sample;
  }
  return samples;
}

/** Renders quanta and returns what came out on the left (right is checked to be its mirror). */
function render(quanta: number): number[] {
  const heard: number[] = [];
  for (let quantum = 0; quantum < quanta; quantum += 1) {
    const left = new Float32Array(QUANTUM).fill(9);
    const right = new Float32Array(QUANTUM).fill(9);
    expect(processor.process([], [[left, right]])).toBe(true);
    for (let frame = 0; frame < QUANTUM; frame += 1) {
      expect(right[frame]).toBeCloseTo(-(left[frame] ?? 0), 6);
    }
    heard.push(...left);
  }
  return heard;
}

const consumed = () => worker.sent.filter((message) => message.type === "consumed");
const underruns = () => worker.sent.filter((message) => message.type === "underrun");
const loudest = (samples: number[]) => Math.max(...samples.map(Math.abs));
const steepest = (samples: number[]) =>
  Math.max(...samples.slice(1).map((sample, index) => Math.abs(sample - (samples[index] ?? 0))));

test("is silent, and says nothing, before anything is sent", () => {
  expect(loudest(render(40))).toBe(0);
  expect(worker.sent).toEqual([]);
});

test("counts exactly the frames it plays and reports every 16 quanta", () => {
  send({ type: "push", epoch: 0, samples: frames(QUANTUM * 40) });
  render(40);
  expect(consumed().map((message) => message.frames)).toEqual([QUANTUM * 16, QUANTUM * 32]);
  expect(consumed()[0]?.epoch).toBe(0);
});

test("plays chunks of any size without a seam", () => {
  const ramp = (start: number) => (frame: number) => (start + frame) / 10_000;
  let start = 0;
  for (const count of [1, 7, 300, 64, 128, 1000, 500]) {
    send({ type: "push", epoch: 0, samples: frames(count, ramp(start)) });
    start += count;
  }
  const heard = render(15).slice(QUANTUM * RAMP_QUANTA);
  for (const [index, sample] of heard.entries()) {
    expect(sample).toBeCloseTo((index + QUANTUM * RAMP_QUANTA) / 10_000, 6);
  }
});

test("keeps order across many chunks", () => {
  for (let chunk = 0; chunk < 500; chunk += 1) {
    send({ type: "push", epoch: 0, samples: frames(10, (chunk % 100) / 100) });
  }
  const heard = render(39);
  for (let frame = 400; frame < heard.length; frame += 1) {
    expect(heard[frame]).toBeCloseTo((Math.floor(frame / 10) % 100) / 100, 6);
  }
});

test("pause falls silent within 5 ms without a click, and keeps the position", () => {
  send({ type: "push", epoch: 0, samples: frames(QUANTUM * 100) });
  render(10);
  send({ type: "pause" });
  const fading = render(10);
  expect(loudest(fading.slice(RATE * 0.005))).toBe(0);
  expect(steepest(fading)).toBeLessThan(0.01);
  const position = consumed().at(-1)?.frames as number;
  expect(position).toBeGreaterThan(QUANTUM * 10);
  expect(position).toBeLessThan(QUANTUM * 10 + RATE * 0.005);
  const reports = worker.sent.length;
  render(50);
  expect(worker.sent).toHaveLength(reports);

  send({ type: "resume" });
  const back = render(90);
  expect(steepest(back.slice(0, QUANTUM * 4))).toBeLessThan(0.01);
  expect(consumed().at(-1)?.frames).toBe(QUANTUM * 100);
});

test("the page's hold silences just as well, and both have to be lifted", () => {
  send({ type: "push", epoch: 0, samples: frames(QUANTUM * 100) });
  render(4);
  page({ type: "hold" });
  send({ type: "pause" });
  render(2);
  expect(loudest(render(5))).toBe(0);
  send({ type: "resume" });
  expect(loudest(render(5))).toBe(0);
  page({ type: "release" });
  expect(loudest(render(5))).toBeCloseTo(0.5, 6);
});

test("discard drops the buffer, starts counting anew and ignores late pushes", () => {
  send({ type: "push", epoch: 0, samples: frames(QUANTUM * 100) });
  render(10);
  send({ type: "discard", epoch: 1 });
  send({ type: "push", epoch: 0, samples: frames(QUANTUM * 100, 0.9) });
  render(2);
  expect(loudest(render(5))).toBe(0);
  send({ type: "push", epoch: 1, samples: frames(QUANTUM * 16, 0.25) });
  expect(loudest(render(16))).toBeCloseTo(0.25, 6);
  expect(consumed().at(-1)).toMatchObject({ epoch: 1, frames: QUANTUM * 16 });
});

test("a discard does not click", () => {
  send({ type: "push", epoch: 0, samples: frames(QUANTUM * 20, 0.5) });
  const before = render(10);
  send({ type: "discard", epoch: 1 }, { type: "push", epoch: 1, samples: frames(4000, -0.5) });
  expect(steepest([...before.slice(-1), ...render(10)])).toBeLessThan(0.02);
});

test("an empty buffer is silent and reported once", () => {
  send({ type: "push", epoch: 0, samples: frames(200) });
  const heard = render(20);
  expect(loudest(heard.slice(200))).toBe(0);
  expect(consumed()).toEqual([{ type: "consumed", epoch: 0, frames: 200 }]);
  expect(underruns()).toEqual([{ type: "underrun", epoch: 0, count: 1 }]);
  send({ type: "push", epoch: 0, samples: frames(100) });
  render(20);
  expect(consumed().at(-1)?.frames).toBe(300);
  expect(underruns().at(-1)?.count).toBe(2);
});

test("an empty buffer while paused is no underrun", () => {
  send({ type: "push", epoch: 0, samples: frames(QUANTUM * 4) }, { type: "pause" });
  render(20);
  expect(underruns()).toEqual([]);
  expect(consumed()).toEqual([]);
});

test("volume moves within 5 ms, without a click, and is bounded", () => {
  send({ type: "push", epoch: 0, samples: frames(QUANTUM * 100) });
  render(4);
  send({ type: "volume", value: 0.5 });
  const heard = render(10);
  expect(steepest(heard)).toBeLessThan(0.01);
  expect(heard[RATE * 0.005]).toBeCloseTo(0.25, 6);
  send({ type: "volume", value: 7 });
  expect(loudest(render(10))).toBeCloseTo(0.5, 6);
  send({ type: "volume", value: -1 });
  render(2);
  expect(loudest(render(5))).toBe(0);
});

test("closing ends the processor", () => {
  page({ type: "close" });
  expect(processor.process([], [[new Float32Array(QUANTUM), new Float32Array(QUANTUM)]])).toBe(
    false,
  );
  expect(worker.closed).toBe(true);
});
