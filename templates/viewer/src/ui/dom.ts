// Building elements without markup in strings: text stays text.

type Child = Node | string | null | undefined | false;

type Props = {
  class?: string;
  /** CSS custom properties and the like. */
  style?: Record<string, string>;
  on?: { [K in keyof HTMLElementEventMap]?: (e: HTMLElementEventMap[K]) => void };
  [attribute: string]: unknown;
};

/** Makes an element. Attributes that are false, null or undefined are left out; true writes an empty one. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [type, listener] of Object.entries(value as object)) el.addEventListener(type, listener as EventListener);
    } else if (name === "style") {
      // Through the object model, since the page's policy forbids style attributes.
      for (const [property, v] of Object.entries(value as Record<string, string>)) el.style.setProperty(property, v);
    } else {
      el.setAttribute(name, value === true ? "" : String(value));
    }
  }
  el.append(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
  return el;
}

const SVG = "http://www.w3.org/2000/svg";

/** Makes an SVG element. */
export function s(tag: string, attributes: Record<string, string | number>, ...children: SVGElement[]): SVGElement {
  const el = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, String(value));
  el.append(...children);
  return el;
}

/** A line icon on a 20 x 20 grid. */
export function icon(path: string): SVGElement {
  return s(
    "svg",
    { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true", class: "icon" },
    s("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" }),
  );
}

export const ICONS = {
  plus: "M10 4.5v11M4.5 10h11",
  minus: "M4.5 10h11",
  fit: "M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4",
  places: "M10 16.5s4.2-4 4.2-7.4a4.2 4.2 0 0 0-8.4 0c0 3.4 4.2 7.4 4.2 7.4ZM10 10.4a1.4 1.4 0 1 0 0-2.8 1.4 1.4 0 0 0 0 2.8ZM4.5 14.2c-.9.4-1.5 1-1.5 1.5 0 1.2 3 2 7 2s7-.8 7-2c0-.5-.6-1.1-1.5-1.5",
  link: "M8.4 11.6a3.1 3.1 0 0 0 4.4 0l2.8-2.8a3.1 3.1 0 0 0-4.4-4.4l-1 1M11.6 8.4a3.1 3.1 0 0 0-4.4 0l-2.8 2.8a3.1 3.1 0 0 0 4.4 4.4l1-1",
  share: "M10 12.5v-9M6.8 6.5 10 3.3l3.2 3.2M6.5 9.5h-2v7h11v-7h-2",
  code: "M7 6 3 10l4 4M13 6l4 4-4 4M11.3 4.5 8.7 15.5",
  layers: "M10 3 17 7l-7 4-7-4 7-4ZM3.5 10.5 10 14.2l6.5-3.7M3.5 13.8 10 17.5l6.5-3.7",
  close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  filter: "M3.5 6h13M6 10h8M8.5 14h3",
  fold: "M5.5 8l4.5 4.5L14.5 8",
  compare: "M10 2.5v15M3 5.5h4.5v9H3zM12.5 5.5H17v9h-4.5",
  pin: "M10 17s5-4.7 5-8.7a5 5 0 0 0-10 0c0 4 5 8.7 5 8.7ZM10 9.9a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4Z",
  lamp: "M8 14.2v-1.1c0-.9-.5-1.6-1.1-2.2a4.4 4.4 0 1 1 6.2 0c-.6.6-1.1 1.3-1.1 2.2v1.1ZM8.4 17h3.2",
  route: "M3.5 9.5v-1a3 3 0 0 1 3-3h9M13 3l2.5 2.5L13 8M16.5 10.5v1a3 3 0 0 1-3 3h-9M7 17l-2.5-2.5L7 12",
  more: "M4.2 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M9.5 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M14.8 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0",
  picture: "M3.5 4.5h13v11h-13ZM3.5 13l3.6-3.6 3.4 3.4 2.2-2.2 3.8 3.8M12.8 8h.01",
  locate: "M10 14.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10 2.5v3M10 14.5v3M2.5 10h3M14.5 10h3",
  expand: "M11.5 8.5 16.5 3.5M12.5 3.5h4v4M8.5 11.5l-5 5M3.5 12.5v4h4",
  shrink: "M16.5 3.5l-5 5M11.5 4.5v4h4M3.5 16.5l5-5M8.5 15.5v-4h-4",
  table: "M3.5 4.5h13v11h-13ZM3.5 8.2h13M3.5 11.8h13M8 8.2v7.3",
  chart: "M3.5 16.5h13M6 13.5V9M10 13.5V4M14 13.5V7",
  explore: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM12.8 7.2l-1.6 4-4 1.6 1.6-4Z",
  play: "M6.5 4.2 15.5 10l-9 5.8Z",
  pause: "M7 4.5v11M13 4.5v11",
  step: "M5.5 4.5 12.5 10l-7 5.5ZM15 4.5v11",
  loop: "M4 9V8a2.5 2.5 0 0 1 2.5-2.5H16M13.5 3 16 5.5 13.5 8M16 11v1a2.5 2.5 0 0 1-2.5 2.5H4M6.5 17 4 14.5 6.5 12",
  record: "M10 14.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Z",
  stop: "M6 6h8v8H6Z",
  help: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM8 8.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.3v.2M10 13.7h.01",
};
