// Draws a grid of degrees as raster tiles, grid://{z}/{x}/{y}: inland, coastlines alone are a black page.

/** Pixels of a tile, for 256 CSS pixels: sharp on dense screens. */
const SIZE = 512;

const LINES = "#6f7d8c33";
const LETTERS = "#8b97a4b0";

/** How far a label reaches to the right of the crossing that it stands at, in pixels of a tile. */
const REACH = 300;

/** Degrees from one line to the next at a zoom of 256-pixel tiles: a round number, mostly half a tile to a whole one. */
export function gridStep(zoom: number): number {
  const width = 360 / 2 ** zoom;
  const ten = 10 ** Math.floor(Math.log10(width) + 1e-9);
  return Math.min(30, ten * [5, 2, 1].find((n) => n * ten <= width)!);
}

/** Multiples of a step between two numbers, in ascending order. */
const multiples = (step: number, from: number, to: number): number[] => {
  const [first, last] = [Math.ceil(from / step), Math.floor(to / step)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
};

/** The northing of a latitude in degrees, in units of the world's width from its northern edge, and back. */
const northing = (lat: number): number => 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
const latitude = (y: number): number => (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;

/** Where the lines of a tile lie, in its pixels, with their degrees: those to the left of it, too, whose labels reach into it. */
export function gridOn(z: number, x: number, y: number): { lons: [at: number, degrees: number][]; lats: [at: number, degrees: number][] } {
  const [n, step] = [2 ** z, gridStep(z)];
  const lons = multiples(step, ((x - REACH / SIZE) / n) * 360 - 180, ((x + 1) / n) * 360 - 180);
  const lats = multiples(step, latitude((y + 1.1) / n), latitude((y - 0.1) / n));
  return { lons: lons.map((lon) => [((lon / 360 + 0.5) * n - x) * SIZE, lon]), lats: lats.map((lat) => [(northing(lat) * n - y) * SIZE, lat]) };
}

/** The picture of a tile; language is that in which numbers are written. */
export function gridTile(url: string, language: string): Promise<ImageBitmap> {
  const [z, x, y] = url.slice("grid://".length).split("/").map(Number) as [number, number, number];
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = SIZE;
  const pen = sheet.getContext("2d")!;
  const { lons, lats } = gridOn(z, x, y);
  pen.fillStyle = LINES;
  for (const [at] of lons) pen.fillRect(Math.round(at), 0, 2, SIZE);
  for (const [at] of lats) pen.fillRect(0, Math.round(at), SIZE, 2);
  const step = gridStep(z);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const text = (degrees: number): string => `${degrees.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })}°`;
  pen.fillStyle = LETTERS;
  pen.font = "20px system-ui, sans-serif";
  // A label at every other crossing each way is enough to tell where one is.
  const named = ([, degrees]: [number, number]): boolean => Math.round(degrees / step) % 2 === 0;
  for (const [left, lon] of lons.filter(named)) for (const [top, lat] of lats.filter(named)) pen.fillText(`${text(lat)}  ${text(lon)}`, left + 10, top - 8);
  return createImageBitmap(sheet);
}
