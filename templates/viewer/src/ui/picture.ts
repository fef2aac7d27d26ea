// A picture of the view to keep or send: the map, and below it what it shows, how far things are, and whose it is.

import type { Map as MapLibreMap } from "maplibre-gl";
import type { Stop } from "../archive/metadata.ts";
import { rampColour } from "../heat/palette.ts";
import { GROUND } from "../map/style.ts";
import type { Strings } from "../text/strings.ts";
import { saveFile } from "./savefile.ts";
import { type Face, pictureLayout, type PictureParts } from "./picturelayout.ts";

const FONTS: Record<Face, string> = { title: "600 15px", name: "600 12px", small: "11px" };

/** Reads what the legend (ui/legend.ts) and the corner (ui/corner.ts) show, so that the picture says the same. */
export function partsOnScreen(title: string, legend: HTMLElement, corner: HTMLElement): PictureParts {
  const text = (root: HTMLElement, selector: string): string => root.querySelector(selector)?.textContent ?? "";
  const ticks = legend.querySelector<HTMLElement>(".ticks")!;
  const scale = corner.querySelector<HTMLElement>(".scale")!;
  return {
    title,
    layer: text(legend, ".name"),
    unit: text(legend, ".unit"),
    marks: [...ticks.querySelectorAll("span")].map((el) => ({
      t: parseFloat(el.style.left) / ticks.clientWidth || 0,
      label: el.textContent ?? "",
    })),
    scale: { label: text(corner, ".scale"), pixels: parseFloat(scale.style.width) || 0 },
    credits: text(corner, ".credits"),
  };
}

/** Draws the view as it is now; throws a SecurityError where the basemap's host does not let its tiles be read. */
export function drawPicture(map: MapLibreMap, parts: PictureParts, ramp: readonly Stop[]): HTMLCanvasElement {
  const view = map.getCanvas();
  const width = view.clientWidth;
  const ratio = view.width / width;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d")!;
  const family = getComputedStyle(document.body).fontFamily;
  const font = (face: Face): string => `${FONTS[face]} ${family}`;
  const layout = pictureLayout(parts, width, (text, face) => {
    pen.font = font(face);
    return pen.measureText(text).width;
  });
  canvas.width = view.width;
  canvas.height = view.height + Math.round(layout.height * ratio);
  pen.fillStyle = GROUND;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  // What WebGL drew is gone after this frame.
  map.redraw();
  pen.drawImage(view, 0, 0);

  pen.translate(0, view.height);
  pen.scale(ratio, ratio);
  for (const t of layout.texts) {
    pen.font = font(t.face);
    pen.fillStyle = t.dim ? "#9aa3ad" : "#e8eaed";
    pen.textAlign = t.align;
    pen.fillText(t.text, t.x, t.y);
  }
  const { x, y, width: length, height } = layout.ramp;
  const gradient = pen.createLinearGradient(x, 0, x + length, 0);
  for (let i = 0; i <= 24; i++) {
    const [r, g, b, a] = rampColour(ramp, i / 24);
    gradient.addColorStop(i / 24, `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`);
  }
  pen.fillStyle = gradient;
  pen.fillRect(x, y, length, height);
  const bar = layout.scale;
  pen.strokeStyle = "#9aa3ad";
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(bar.x, bar.y);
  pen.lineTo(bar.x, bar.y + bar.height);
  pen.lineTo(bar.x + bar.width, bar.y + bar.height);
  pen.lineTo(bar.x + bar.width, bar.y);
  pen.stroke();
  return canvas;
}

/** Hands a drawn picture to the reader as a file; throws like drawPicture. */
export async function downloadPicture(canvas: HTMLCanvasElement, name: string): Promise<void> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("the picture is too large for this browser");
  saveFile(blob, name);
}

/** What to tell a reader whose picture could not be made. */
export function pictureProblem(e: unknown, strings: Strings): string {
  return e instanceof DOMException && e.name === "SecurityError" ? strings.picture.tainted : strings.picture.failed;
}
