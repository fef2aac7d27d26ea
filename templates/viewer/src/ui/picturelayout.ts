// Where things stand in the band below the map of a saved picture. Pure; ui/picture.ts draws it.

import { keep } from "../heat/legend.ts";

/** What the band says, as it stands on the screen. */
export interface PictureParts {
  title: string;
  layer: string;
  unit: string;
  /** Labels of the ramp; t is their place on it, 0..1. */
  marks: readonly { t: number; label: string }[];
  /** The scale bar's length in CSS pixels, and what it says. */
  scale: { label: string; pixels: number };
  /** Whom the picture is owed to: never cut short. */
  credits: string;
}

export type Face = "title" | "name" | "small";

/** A text with its baseline at y; x is its start, middle or end. */
export interface PlacedText {
  text: string;
  face: Face;
  align: "left" | "center" | "right";
  x: number;
  y: number;
  dim: boolean;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The band in CSS pixels from its own top left corner. */
export interface PictureLayout {
  height: number;
  texts: PlacedText[];
  ramp: Box;
  /** The bar: open at the top. */
  scale: Box;
}

const PAD = 16;
const LEGEND = 260;
const LINE = 14;
/** From this width on everything stands side by side. */
const WIDE = 640;

/** Lays out the band for a picture so many CSS pixels wide; measure tells a text's width. */
export function pictureLayout(parts: PictureParts, width: number, measure: (text: string, face: Face) => number): PictureLayout {
  const texts: PlacedText[] = [];
  const put = (text: string, face: Face, x: number, y: number, align: PlacedText["align"] = "left", dim = false): void => {
    if (text !== "") texts.push({ text, face, align, x, y, dim });
  };
  const wide = width >= WIDE;
  const right = width - PAD;
  const scaleWidth = Math.max(parts.scale.pixels, measure(parts.scale.label, "small"));

  const legendWidth = wide ? LEGEND : right - PAD;
  const legendX = wide ? right - scaleWidth - 32 - legendWidth : PAD;
  const legendY = wide ? 0 : 34;
  const unitWidth = measure(parts.unit, "small");
  put(cut(parts.layer, "name", legendWidth - unitWidth - 12, measure), "name", legendX, legendY + 20);
  put(parts.unit, "small", legendX + legendWidth, legendY + 20, "right", true);
  const ramp = { x: legendX, y: legendY + 28, width: legendWidth, height: 7 };
  const marks = parts.marks.map((m) => ({ ...m, rank: 0 }));
  for (const m of keep(marks, legendWidth, (label) => measure(label, "small"))) {
    put(m.label, "small", legendX + m.x, legendY + 50, "center", true);
  }

  const scaleY = wide ? 28 : 20;
  put(parts.scale.label, "small", right, scaleY, "right", true);
  const scale = { x: right - parts.scale.pixels, y: scaleY + 3, width: parts.scale.pixels, height: 5 };

  const left = (wide ? legendX - 32 : right - scaleWidth - 24) - PAD;
  put(cut(parts.title, "title", left, measure), "title", PAD, wide ? 26 : 25);
  const lines = wrap(parts.credits, wide ? left : right - PAD, (text) => measure(text, "small"));
  const first = wide ? 46 : 106;
  lines.forEach((line, i) => put(line, "small", PAD, first + i * LINE, "left", true));
  const last = first + Math.max(0, lines.length - 1) * LINE;
  return { height: Math.max(wide ? 62 : 96, last + 16), texts, ramp, scale };
}

/** A text that fits, ended by an ellipsis where it does not. */
function cut(text: string, face: Face, width: number, measure: (text: string, face: Face) => number): string {
  if (measure(text, face) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && measure(`${letters.join("").trimEnd()}\u2026`, face) > width) letters.pop();
  return `${letters.join("").trimEnd()}\u2026`;
}

/** Lines of whole words; a word longer than a line has one to itself. */
function wrap(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((w) => w !== "")) {
    const longer = lines.length > 0 ? `${lines.at(-1)!} ${word}` : word;
    if (lines.length > 0 && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Name of the file: heatmap-pace-2026-11-26.png, by the reader's own calendar. */
export function pictureName(layer: string, now: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `heatmap-${layer}-${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}.png`;
}
