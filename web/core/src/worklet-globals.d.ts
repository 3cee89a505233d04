/** What exists inside an AudioWorklet and nowhere else, as far as the processor uses it. */

declare const sampleRate: number;

declare abstract class AudioWorkletProcessor {
  readonly port: WorkletPort;
  abstract process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** The part of a `MessagePort` that the processor uses. */
interface WorkletPort {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}
