/** The icons, drawn on a grid of 24. */

const PATHS = {
  play: "M8 5.2v13.6a.8.8 0 0 0 1.2.7l11-6.8a.8.8 0 0 0 0-1.4l-11-6.8a.8.8 0 0 0-1.2.7z",
  pause:
    "M7.5 5h2A.5.5 0 0 1 10 5.5v13a.5.5 0 0 1-.5.5h-2a.5.5 0 0 1-.5-.5v-13a.5.5 0 0 1 .5-.5zm7 0h2a.5.5 0 0 1 .5.5v13a.5.5 0 0 1-.5.5h-2a.5.5 0 0 1-.5-.5v-13a.5.5 0 0 1 .5-.5z",
  next: "M5 6.1v11.8a.7.7 0 0 0 1.1.6l8.4-5.9V18a1 1 0 0 0 2 0V6a1 1 0 0 0-2 0v5.4L6.1 5.5a.7.7 0 0 0-1.1.6z",
  previous:
    "M19 6.1v11.8a.7.7 0 0 1-1.1.6l-8.4-5.9V18a1 1 0 0 1-2 0V6a1 1 0 0 1 2 0v5.4l8.4-5.9a.7.7 0 0 1 1.1.6z",
  volume:
    "M12 5.2v13.6a.6.6 0 0 1-1 .5L6.7 15H4.5a1 1 0 0 1-1-1v-4a1 1 0 0 1 1-1h2.2L11 4.7a.6.6 0 0 1 1 .5zm2.5 3.1a1 1 0 0 1 1.4.1 5.6 5.6 0 0 1 0 7.2 1 1 0 1 1-1.5-1.3 3.6 3.6 0 0 0 0-4.6 1 1 0 0 1 .1-1.4zm2.6-2.7a1 1 0 0 1 1.4.1 9.6 9.6 0 0 1 0 12.6 1 1 0 1 1-1.5-1.3 7.6 7.6 0 0 0 0-10 1 1 0 0 1 .1-1.4z",
  muted:
    "M12 5.2v13.6a.6.6 0 0 1-1 .5L6.7 15H4.5a1 1 0 0 1-1-1v-4a1 1 0 0 1 1-1h2.2L11 4.7a.6.6 0 0 1 1 .5zm3.3 4.1 2.2 2.2 2.2-2.2a.7.7 0 0 1 1 1L18.500 12.500l2.2 2.2a.7.7 0 0 1-1 1l-2.200-2.200-2.200 2.200a.7.7 0 0 1-1-1l2.200-2.200-2.200-2.200a.7.7 0 0 1 1-1z",
  close:
    "M6.700 5.300a1 1 0 0 0-1.400 1.400L10.600 12l-5.300 5.300a1 1 0 1 0 1.400 1.400L12 13.400l5.300 5.300a1 1 0 0 0 1.400-1.400L13.400 12l5.300-5.300a1 1 0 0 0-1.400-1.400L12 10.600z",
  back: "M14.700 5.300a1 1 0 0 1 0 1.400L9.400 12l5.300 5.300a1 1 0 0 1-1.400 1.400l-6-6a1 1 0 0 1 0-1.400l6-6a1 1 0 0 1 1.400 0z",
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
