/** Numbers and names as people read them. */

/** `83000` as `1:23`, an hour and more as `1:02:03`; an unknown time as a dash. */
export function time(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) {
    return "–:––";
  }
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}`
    : `${minutes}:${pad(seconds % 60)}`;
}

/** A length as one says it: `52 min`, `3 h 5 min`. */
export function length(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) {
    return `${Math.max(1, Math.round(ms / 1000))} s`;
  }
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const numbers = new Intl.NumberFormat("en");

/** `1204`, `"track"` as `1,204 tracks`, or `1,204+ tracks` when there are more. */
export function count(value: number, noun: string, more = false): string {
  return `${numbers.format(value)}${more ? "+" : ""} ${noun}${value === 1 ? "" : "s"}`;
}

/** Joins what is known, for a line of details. */
export function details(...parts: (string | number | null | undefined | false)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== false).join(" · ");
}

/** A hue that is always the same for the same text, for pictures of what has none. */
export function hue(text: string): number {
  let hash = 2166136261;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  }
  return (hash >>> 0) % 360;
}

/** The first letters of up to two words. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words
    .slice(0, 2)
    .map((word) => [...word.replace(/^[^\p{L}\p{N}]+/u, "")][0]?.toUpperCase() ?? "")
    .join("");
}
