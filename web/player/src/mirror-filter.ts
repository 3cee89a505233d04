/** Which files of a drive are mirrored, as forms ask for it. */
import type { MirrorFilter } from "@music-platform-core/web";
import { h } from "./dom.ts";

const MIB = 1024 * 1024;

/** Fields that show a filter, and what was typed into them. */
export interface FilterFields {
  elements: HTMLElement[];
  /** The filter; `undefined` if nothing was typed. */
  read(): MirrorFilter | undefined;
}

/** Makes fields that show `filter`. */
export function filterFields(filter?: MirrorFilter): FilterFields {
  const text = (value: string): HTMLInputElement =>
    h("input", { type: "text", class: "field", value, autocomplete: "off", maxLength: 500 });
  const include = text(filter?.include.join(", ") ?? "");
  const exclude = text(filter?.exclude.join(", ") ?? "");
  const largest = filter?.max_size ?? null;
  const size = h("input", {
    type: "number",
    class: "field",
    value: largest === null ? "" : String(largest / MIB),
    min: "0",
    step: "any",
  });
  return {
    elements: [
      h("label", {}, "Only files with these extensions, such as flac, mp3 (all if empty)", include),
      h("label", {}, "Not files with these extensions", exclude),
      h("label", {}, "Not files above this size, in MiB (4096 if empty)", size),
    ],
    read: () => typedFilter(include.value, exclude.value, size.value),
  };
}

/** The filter that was typed; `undefined` for none. */
export function typedFilter(
  include: string,
  exclude: string,
  size: string,
): MirrorFilter | undefined {
  if (`${include}${exclude}${size}`.trim() === "") {
    return undefined;
  }
  return {
    include: extensions(include),
    exclude: extensions(exclude),
    max_size: size.trim() === "" ? null : Math.round(Number(size) * MIB),
  };
}

function extensions(text: string): string[] {
  return text.split(/[\s,;]+/).filter((extension) => extension !== "");
}
