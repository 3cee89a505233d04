/** Makes audio files whose sound says what it is, so that a test can hear where it is. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

const RATE = 44_100;

/** How long the ramp is; its level is the position: 0 at the start, {@link RAMP_TOP} at the end. */
export const RAMP_SECONDS = 60;

/** The level at the end of the ramp. */
export const RAMP_TOP = 0.9;

/** How many files an import that is to be interrupted has. */
export const BULK = 400;

/** Writes what {@link wav} makes. */
export function writeWav(path, ...content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, wav(...content));
}

/** A mono WAV file of 16 bits with RIFF tags, and a cover where `picture` is a PNG. */
export function wav(seconds, sample, tags, picture) {
  const frames = Math.round(seconds * RATE);
  const data = Buffer.alloc(frames * 2);
  for (let frame = 0; frame < frames; frame += 1) {
    data.writeInt16LE(Math.round(sample(frame / RATE) * 32_767), frame * 2);
  }
  const fmt = Buffer.alloc(16);
  fmt.writeUInt16LE(1, 0);
  fmt.writeUInt16LE(1, 2);
  fmt.writeUInt32LE(RATE, 4);
  fmt.writeUInt32LE(RATE * 2, 8);
  fmt.writeUInt16LE(2, 12);
  fmt.writeUInt16LE(16, 14);
  const list = Buffer.concat([
    Buffer.from("INFO"),
    ...Object.entries(tags).map(([id, text]) => chunk(id, Buffer.from(`${text}\0`))),
  ]);
  const body = Buffer.concat([
    Buffer.from("WAVE"),
    chunk("fmt ", fmt),
    chunk("LIST", list),
    ...(picture ? [chunk("id3 ", cover(picture))] : []),
    chunk("data", data),
  ]);
  return chunk("RIFF", body);
}

function chunk(id, body) {
  const head = Buffer.alloc(8);
  head.write(id, 0, "latin1");
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** An ID3 tag, version 2.3, with a front cover. */
function cover(picture) {
  const body = Buffer.concat([Buffer.from("\0image/png\0\x03\0", "latin1"), picture]);
  const frame = Buffer.alloc(10);
  frame.write("APIC", "latin1");
  frame.writeUInt32BE(body.length, 4);
  const length = frame.length + body.length;
  const head = Buffer.from("ID3\x03\0\0\0\0\0\0", "latin1");
  head[8] = length >> 7;
  head[9] = length & 0x7f;
  return Buffer.concat([head, frame, body]);
}

/** A picture, blue on the left and orange on the right. */
function png(width, height) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const row = Buffer.alloc(1 + width * 3);
  for (let x = 0; x < width; x += 1) {
    row.set(x < width / 2 ? [20, 60, 200] : [240, 140, 20], 1 + x * 3);
  }
  const pixels = deflateSync(Buffer.concat(Array(height).fill(row)));
  const part = (id, body) => {
    const named = Buffer.concat([Buffer.from(id), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const parts = [part("IHDR", head), part("IDAT", pixels), part("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

/** A tone of `hertz`, half as loud as can be. */
export function tone(hertz) {
  return (time) => 0.5 * Math.sin(2 * Math.PI * hertz * time);
}

/** Writes all fixtures below `folder` and tells where they are. */
export function makeFixtures(folder) {
  const tags = (title, album, number) => ({
    INAM: title,
    IART: "The Fixtures",
    IPRD: album,
    IPRT: String(number),
    ITRK: String(number),
  });
  const file = (name) => join(folder, "single", name);
  writeWav(file("tone.wav"), 30, tone(440), tags("Concert Pitch", "Measures", 1), png(640, 480));
  const ramp = (time) => (RAMP_TOP * time) / RAMP_SECONDS;
  writeWav(file("ramp.wav"), RAMP_SECONDS, ramp, tags("Long Slope", "Measures", 2));
  writeWav(file("short-1.wav"), 1.5, tone(330), tags("First Step", "Short Ones", 1));
  writeWav(file("short-2.wav"), 1.5, tone(550), tags("Second Step", "Short Ones", 2));
  const dropped = join(folder, "dropped.wav");
  writeWav(dropped, 1, tone(660), tags("Dropped In", "Drops", 1));
  const markup = "<img src=x onerror=window.hacked=1>";
  writeWav(file("markup.wav"), 1, tone(220), tags(markup, `${markup} album`, 1));
  const broken = [file("empty.flac"), file("picture.mp3")];
  writeFileSync(broken[0], "");
  const cut = "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489";
  writeFileSync(broken[1], Buffer.from(cut, "hex"));

  for (let index = 0; index < BULK; index += 1) {
    const name = `bulk/Disc ${index % 8}/${String(index).padStart(3, "0")}.wav`;
    const album = `Bulk ${index % 8}`;
    writeWav(
      join(folder, name),
      0.3,
      tone(200 + index),
      tags(`Bulk Track ${index}`, album, index + 1),
    );
  }
  return {
    good: ["tone.wav", "ramp.wav", "short-1.wav", "short-2.wav", "markup.wav"].map(file),
    broken,
    dropped,
    bulk: join(folder, "bulk"),
    markup,
  };
}
