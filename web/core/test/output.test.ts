import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Core, connect } from "../src/core.js";
import { FakeBundle } from "./fake-bundle.js";
import { FakeWorker } from "./fake-worker.js";

class FakeContext {
  static made: FakeContext[] = [];
  static failure: Error | undefined;
  state = "suspended";
  sampleRate = 44_100;
  destination = {};
  readonly modules: string[] = [];
  readonly audioWorklet = {
    addModule: async (url: URL) => {
      if (FakeContext.failure) {
        throw FakeContext.failure;
      }
      this.modules.push(String(url));
    },
  };
  constructor() {
    FakeContext.made.push(this);
  }
  async resume(): Promise<void> {
    this.state = "running";
  }
  async close(): Promise<void> {
    this.state = "closed";
  }
}

class FakeNode {
  static made: FakeNode[] = [];
  readonly sent: { type: string }[] = [];
  readonly port = { postMessage: (message: { type: string }) => this.sent.push(message) };
  connected: unknown;
  constructor(
    readonly context: unknown,
    readonly name: string,
  ) {
    FakeNode.made.push(this);
  }
  connect(target: unknown): void {
    this.connected = target;
  }
  disconnect(): void {
    this.connected = undefined;
  }
}

let bundle: FakeBundle;
let worker: FakeWorker;
let core: Core;

beforeEach(async () => {
  FakeContext.made = [];
  FakeContext.failure = undefined;
  FakeNode.made = [];
  vi.stubGlobal("AudioContext", FakeContext);
  vi.stubGlobal("AudioWorkletNode", FakeNode);
  bundle = new FakeBundle();
  worker = new FakeWorker(bundle);
  core = await connect(worker, {});
});

afterEach(() => {
  vi.unstubAllGlobals();
  worker.terminate();
});

const methods = () => bundle.calls.map((call) => call.method);
const controls = () => FakeNode.made[0]?.sent.map((message) => message.type);

test("the first play opens the output and gives the worker its line", async () => {
  expect(core.player.context).toBeUndefined();
  await core.player.play("t1");
  await core.player.play("t2");
  expect(FakeContext.made).toHaveLength(1);
  expect(FakeContext.made[0]?.modules[0]).toMatch(/worklet\.js$/);
  expect(FakeNode.made[0]).toMatchObject({ name: "mpc-output" });
  expect(FakeNode.made[0]?.connected).toBe(FakeContext.made[0]?.destination);
  expect(core.player.node).toBe(FakeNode.made[0]);
  expect(bundle.outputs).toHaveLength(1);
  expect(bundle.outputs[0]?.sampleRate).toBe(44_100);
  expect(methods()).toEqual(["player.play", "player.play"]);
  bundle.outputs[0]?.port.close();
});

test("the context is created before anything is waited for", () => {
  void core.player.play("t1");
  expect(FakeContext.made).toHaveLength(1);
  expect(FakeContext.made[0]?.state).toBe("running");
});

test("pause silences at once, and gives way when it fails", async () => {
  await core.player.play("t1");
  const paused = core.player.pause();
  expect(controls()?.at(-1)).toBe("hold");
  await paused;
  await core.player.resume();
  expect(controls()?.at(-1)).toBe("release");
  await expect(core.player.pause({ signal: AbortSignal.abort("x") })).rejects.toBe("x");
  expect(controls()?.at(-1)).toBe("release");
});

test("an output that cannot be opened is an error, and can be tried again", async () => {
  FakeContext.failure = new Error("no worklets today");
  await expect(core.player.play("t1")).rejects.toMatchObject({
    code: "audio_unavailable",
    message: expect.stringContaining("no worklets today"),
  });
  expect(methods()).toEqual([]);
  FakeContext.failure = undefined;
  await core.player.play("t1");
  expect(methods()).toEqual(["player.play"]);
  bundle.outputs[0]?.port.close();
});

test("dispose closes the own context, and only that", async () => {
  await core.player.play("t1");
  await core.dispose();
  expect(FakeContext.made[0]?.state).toBe("closed");

  const own = new FakeContext();
  const second = await connect(new FakeWorker(new FakeBundle()), {
    audioContext: own as unknown as AudioContext,
  });
  await second.player.play("t1");
  expect(second.player.context).toBe(own);
  await second.dispose();
  expect(own.state).toBe("running");
});

test("tells when the browser waits for a gesture", async () => {
  await core.player.play("t1");
  expect(core.player.needsGesture).toBe(false);
  Object.assign(FakeContext.made[0] ?? {}, { state: "suspended" });
  expect(core.player.needsGesture).toBe(true);
  bundle.outputs[0]?.port.close();
});
