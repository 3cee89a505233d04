/** Reads the WAV files the end-to-end tests make: 16 bit PCM with RIFF tags. */

/** Something that can be played. */
export interface Sound {
  rate: number;
  frames: number;
  /** The sample at a (fractional) frame. */
  sample(frame: number, channel: number): number;
}

/** Reads a file into its sound and tags. */
export function parseWav(buffer: ArrayBuffer): { sound: Sound; tags: Map<string, string> } {
  const view = new DataView(buffer);
  const name = (at: number): string =>
    String.fromCharCode(...new Uint8Array(buffer, at, 4)).trimEnd();
  if (buffer.byteLength < 44 || name(0) !== "RIFF" || name(8) !== "WAVE") {
    throw new Error("not a WAV file");
  }
  const tags = new Map<string, string>();
  let rate = 0;
  let channels = 0;
  let data: Int16Array | undefined;
  for (let at = 12; at + 8 <= buffer.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (name(at) === "fmt") {
      channels = view.getUint16(body + 2, true);
      rate = view.getUint32(body + 4, true);
    } else if (name(at) === "data") {
      data = new Int16Array(buffer.slice(body, body + size));
    } else if (name(at) === "LIST") {
      for (let tag = body + 4; tag + 8 <= body + size; ) {
        const length = view.getUint32(tag + 4, true);
        const bytes = new Uint8Array(buffer, tag + 8, length);
        tags.set(name(tag), new TextDecoder().decode(bytes).replace(/\0+$/, ""));
        tag += 8 + length + (length % 2);
      }
    }
    at = body + size + (size % 2);
  }
  if (!data || rate === 0 || channels === 0) {
    throw new Error("the WAV file has no audio");
  }
  const samples = data;
  const read = (frame: number, channel: number): number =>
    (samples[frame * channels + Math.min(channel, channels - 1)] ?? 0) / 32768;
  return {
    tags,
    sound: {
      rate,
      frames: samples.length / channels,
      sample(frame, channel) {
        const whole = Math.floor(frame);
        const part = frame - whole;
        return read(whole, channel) * (1 - part) + read(whole + 1, channel) * part;
      },
    },
  };
}
