/** The icons, filled and with a round line of two units around them, on a grid of 24. */

const SPEAKER = "M4 10v4h3l4 4V6l-4 4z";

const PATHS = {
  play: "M8 6v12l10-6z",
  pause: "M8 6h1v12H8zm7 0h1v12h-1z",
  next: "M6 6v12l9-6zm12 0v12",
  previous: "M18 6v12l-9-6zM6 6v12",
  // An arc goes back the way it came, so that nothing is filled.
  volume: `${SPEAKER}m11-1a4 4 0 0 1 0 6 4 4 0 0 0 0-6m3-3a8 8 0 0 1 0 12 8 8 0 0 0 0-12`,
  muted: `${SPEAKER}m11 0 5 4m0-4-5 4`,
  close: "m6 6 12 12M18 6 6 18",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

const SVG = "http://www.w3.org/2000/svg";

/** Draws an icon in the colour of the text around it; assistive technology does not see it. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
