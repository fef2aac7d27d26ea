// Squares as files for devices: GPX and KML, each square a closed outline with its name. Pure; site/export/squares.go writes the same.

/** West, south, east and north of a square in degrees. */
export function boundsOf(zoom: number, x: number, y: number, wide = 1, high = 1): [number, number, number, number] {
  const lon = (v: number): number => (v / 2 ** zoom) * 360 - 180;
  const lat = (v: number): number => (Math.atan(Math.sinh(Math.PI * (1 - (2 * v) / 2 ** zoom))) * 180) / Math.PI;
  return [lon(x), lat(y + high), lon(x + wide), lat(y)];
}

/** The corners of a square, the first one again at the end: longitude and latitude with seven decimals. */
function outline(zoom: number, x: number, y: number): [lon: string, lat: string][] {
  const [west, south, east, north] = boundsOf(zoom, x, y).map((v) => v.toFixed(7)) as [string, string, string, string];
  return [[west, north], [east, north], [east, south], [west, south], [west, north]];
}

/** A GPX 1.1 file with a track around each square. */
export function toGPX(zoom: number, squares: readonly { x: number; y: number }[]): string {
  const tracks = squares.map(({ x, y }) => `<trk><name>${x}/${y}</name><trkseg>${outline(zoom, x, y).map(([lon, lat]) => `<trkpt lat="${lat}" lon="${lon}"/>`).join("")}</trkseg></trk>\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="heatmapgen" xmlns="http://www.topografix.com/GPX/1/1">\n${tracks.join("")}</gpx>\n`;
}

/** A KML 2.2 file with a polygon for each square. */
export function toKML(zoom: number, squares: readonly { x: number; y: number }[]): string {
  const places = squares.map(
    ({ x, y }) =>
      `<Placemark><name>${x}/${y}</name><styleUrl>#missing</styleUrl><Polygon><outerBoundaryIs><LinearRing><coordinates>${outline(zoom, x, y).map((p) => p.join()).join(" ")}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>\n`,
  );
  const style = `<Style id="missing"><LineStyle><color>ff5ad6ff</color><width>2</width></LineStyle><PolyStyle><color>305ad6ff</color></PolyStyle></Style>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n${style}\n${places.join("")}</Document></kml>\n`;
}
