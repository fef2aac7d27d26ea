// Draws the coastlines as raster tiles, coast://{z}/{x}/{y}. As a source of lines they would need MapLibre's worker,
// which alone weighs as much over the wire as a third of the rest of the page.

import type { Feature, MultiLineString } from "geojson";

/** Pixels of a tile, for 256 CSS pixels: sharp on dense screens. */
const SIZE = 512;

const COLOUR = "#6f7d8c";

/** Points that share a box: few enough that a tile draws little of what it does not show. */
const CHUNK = 64;

/** A piece of a coastline in units of the world's width, and the box around it. */
interface Piece {
  x: number[];
  y: number[];
  west: number;
  east: number;
  north: number;
  south: number;
}

/** Cuts lines in degrees into pieces; each begins where the one before ended. */
export function coastPieces(coast: Feature<MultiLineString>): Piece[] {
  const pieces: Piece[] = [];
  for (const line of coast.geometry.coordinates) {
    for (let from = 0; from < line.length - 1; from += CHUNK) {
      const part = line.slice(from, from + CHUNK + 1);
      const x = part.map(([lon]) => lon! / 360 + 0.5);
      // The poles lie at infinity; no tile reaches beyond 85 degrees.
      const y = part.map(([, lat]) => 0.5 - Math.asinh(Math.tan((Math.max(-88, Math.min(88, lat!)) * Math.PI) / 180)) / (2 * Math.PI));
      pieces.push({ x, y, west: Math.min(...x), east: Math.max(...x), north: Math.min(...y), south: Math.max(...y) });
    }
  }
  return pieces;
}

/** Width of the lines in CSS pixels at a zoom of 256-pixel tiles. */
const widthAt = (zoom: number): number => 0.8 + 0.4 * Math.min(1, Math.max(0, (zoom - 2) / 5));

export class CoastTiles {
  readonly #pieces: Piece[];
  #empty: Promise<ImageBitmap> | undefined;

  constructor(coast: Feature<MultiLineString>) {
    this.#pieces = coastPieces(coast);
  }

  /** Pieces of which something may show on a tile, lines of a few pixels' width included. */
  on(z: number, x: number, y: number): Piece[] {
    const [n, margin] = [2 ** z, 4 / 256];
    const [west, east, north, south] = [(x - margin) / n, (x + 1 + margin) / n, (y - margin) / n, (y + 1 + margin) / n];
    return this.#pieces.filter((p) => p.east >= west && p.west <= east && p.south >= north && p.north <= south);
  }

  /** The picture of a tile. */
  load(url: string): Promise<ImageBitmap> {
    const [z, x, y] = url.slice("coast://".length).split("/").map(Number) as [number, number, number];
    const pieces = this.on(z, x, y);
    if (pieces.length === 0) return (this.#empty ??= createImageBitmap(canvas()));
    const sheet = canvas();
    const pen = sheet.getContext("2d")!;
    pen.strokeStyle = COLOUR;
    pen.lineWidth = (widthAt(z) * SIZE) / 256;
    pen.lineJoin = pen.lineCap = "round";
    pen.beginPath();
    for (const p of pieces) {
      p.x.forEach((px, i) => pen[i === 0 ? "moveTo" : "lineTo"]((px * 2 ** z - x) * SIZE, (p.y[i]! * 2 ** z - y) * SIZE));
    }
    pen.stroke();
    return createImageBitmap(sheet);
  }
}

function canvas(): HTMLCanvasElement {
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = SIZE;
  return sheet;
}
