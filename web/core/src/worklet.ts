/**
 * The audio worklet: plays the interleaved stereo frames the worker sends and counts them. It is
 * one file without imports, because worklet modules are fetched as they are. Nothing is decided
 * here: buffering, positions and the end of a track are the worker's business.
 */

/** From the worker. Pushes whose epoch is not the current one are ignored. */
type FromProducer =
  | { type: "push"; epoch: number; samples: Float32Array }
  | { type: "discard"; epoch: number }
  | { type: "pause" }
  | { type: "resume" }
  | { type: "volume"; value: number };

/** From the page: the line to the worker, and a silence that does not wait for the worker. */
type FromPage =
  | { type: "connect"; port: WorkletPort }
  | { type: "hold" }
  | { type: "release" }
  | { type: "close" };

/** Every change of loudness is spread over this long, so that nothing clicks. */
const RAMP_SECONDS = 0.004;

/** How many render quanta pass between two reports of the position. */
const REPORT_QUANTA = 16;

class OutputProcessor extends AudioWorkletProcessor {
  #producer: WorkletPort | undefined;
  #open = true;

  /** Chunks in order; consumed ones are dropped in batches, so the array is rarely moved. */
  #chunks: Float32Array[] = [];
  #head = 0;
  /** The next frame of the first chunk. */
  #offset = 0;

  #epoch = 0;
  #frames = 0;
  #underruns = 0;
  #quanta = 0;
  /** Whether this epoch has played since the buffer was last empty. */
  #flowing = false;

  #paused = false;
  #held = false;
  /** 0 is silent, 1 is open: moves towards its target by one step a frame. */
  #gate = 0;
  #volume = 1;
  #targetVolume = 1;

  /** The last frames before a discard, faded out while the next epoch fills. */
  readonly #tail: Float32Array;
  #tailFrames = 0;
  #tailOffset = 0;
  #tailGate = 0;

  readonly #step: number;
  // Messages are copied when posted, so these two are enough for ever.
  readonly #consumed = { type: "consumed", epoch: 0, frames: 0 };
  readonly #underrun = { type: "underrun", epoch: 0, count: 0 };

  constructor() {
    super();
    const rampFrames = Math.max(1, Math.floor(RAMP_SECONDS * sampleRate));
    this.#step = 1 / rampFrames;
    this.#tail = new Float32Array(rampFrames * 2);
    this.port.onmessage = ({ data }) => this.#fromPage(data as FromPage);
  }

  override process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const left = outputs[0]?.[0];
    if (!left) {
      return this.#open;
    }
    const right = outputs[0]?.[1] ?? left;
    const silent = this.#paused || this.#held;
    let played = 0;
    let ran = false;

    for (let frame = 0; frame < left.length; frame += 1) {
      let a = 0;
      let b = 0;
      this.#volume = approach(this.#volume, this.#targetVolume, this.#step);
      if (!silent || this.#gate > 0) {
        const chunk = this.#chunks[this.#head];
        if (chunk) {
          this.#gate = approach(this.#gate, silent ? 0 : 1, this.#step);
          a = (chunk[this.#offset * 2] ?? 0) * this.#gate;
          b = (chunk[this.#offset * 2 + 1] ?? 0) * this.#gate;
          played += 1;
          ran = true;
          this.#advance(chunk);
        } else {
          // What comes next is faded in: it does not continue what was heard.
          this.#gate = 0;
        }
      }
      if (this.#tailOffset < this.#tailFrames) {
        this.#tailGate = Math.max(0, this.#tailGate - this.#step);
        a += (this.#tail[this.#tailOffset * 2] ?? 0) * this.#tailGate;
        b += (this.#tail[this.#tailOffset * 2 + 1] ?? 0) * this.#tailGate;
        this.#tailOffset += 1;
      }
      left[frame] = a * this.#volume;
      right[frame] = b * this.#volume;
    }

    this.#frames += played;
    this.#report(ran, played < left.length, silent);
    return this.#open;
  }

  /** Tells the worker where playback is: regularly, when it pauses, and when the buffer is dry. */
  #report(ran: boolean, short: boolean, silent: boolean): void {
    if (ran) {
      this.#flowing = true;
      this.#quanta += 1;
    }
    const dry = short && this.#flowing && this.#chunks[this.#head] === undefined;
    const halted = short && this.#flowing && silent && this.#gate === 0;
    if (dry || halted || this.#quanta >= REPORT_QUANTA) {
      this.#quanta = 0;
      this.#consumed.epoch = this.#epoch;
      this.#consumed.frames = this.#frames;
      this.#producer?.postMessage(this.#consumed);
    }
    if (dry && !silent) {
      this.#underruns += 1;
      this.#underrun.epoch = this.#epoch;
      this.#underrun.count = this.#underruns;
      this.#producer?.postMessage(this.#underrun);
    }
    if (dry || halted) {
      this.#flowing = false;
    }
  }

  #advance(chunk: Float32Array): void {
    this.#offset += 1;
    if (this.#offset * 2 < chunk.length) {
      return;
    }
    this.#offset = 0;
    this.#head += 1;
    if (this.#head >= 64) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }

  #fromPage(message: FromPage): void {
    switch (message.type) {
      case "connect":
        this.#producer?.close();
        this.#producer = message.port;
        this.#producer.onmessage = ({ data }) => this.#fromProducer(data as FromProducer);
        break;
      case "hold":
        this.#held = true;
        break;
      case "release":
        this.#held = false;
        break;
      case "close":
        this.#open = false;
        this.#producer?.close();
        this.#chunks = [];
        this.#head = 0;
        break;
    }
  }

  #fromProducer(message: FromProducer): void {
    switch (message.type) {
      case "push":
        if (message.epoch === this.#epoch && message.samples.length >= 2) {
          this.#chunks.push(message.samples);
        }
        break;
      case "discard":
        this.#discard(message.epoch);
        break;
      case "pause":
        this.#paused = true;
        break;
      case "resume":
        this.#paused = false;
        break;
      case "volume":
        this.#targetVolume = Math.min(1, Math.max(0, message.value));
        break;
    }
  }

  /** Empties the buffer for a new epoch; what was being heard fades out instead of breaking off. */
  #discard(epoch: number): void {
    if (this.#gate > 0) {
      let filled = 0;
      while (filled < this.#tail.length) {
        const chunk = this.#chunks[this.#head];
        if (!chunk) {
          break;
        }
        this.#tail[filled] = chunk[this.#offset * 2] ?? 0;
        this.#tail[filled + 1] = chunk[this.#offset * 2 + 1] ?? 0;
        filled += 2;
        this.#advance(chunk);
      }
      this.#tailFrames = filled / 2;
      this.#tailOffset = 0;
      this.#tailGate = this.#gate;
    }
    this.#chunks = [];
    this.#head = 0;
    this.#offset = 0;
    this.#gate = 0;
    this.#epoch = epoch;
    this.#frames = 0;
    this.#underruns = 0;
    this.#quanta = 0;
    this.#flowing = false;
  }
}

/** Moves `value` towards `target` by at most `step`. */
function approach(value: number, target: number, step: number): number {
  return value < target ? Math.min(target, value + step) : Math.max(target, value - step);
}

registerProcessor("mpc-output", OutputProcessor);

export type { FromPage, FromProducer };
