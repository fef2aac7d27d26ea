// What the browser tests ask the page about.

export interface ViewerState {
  layer: string;
  basemap: string;
  /** Whether coastlines stand in for the basemap. */
  fallback: boolean;
  opacity: number;
  /** The web's zoom of the view, fractional. */
  zoom: number;
  /** Middle of the map in degrees. */
  center: [lon: number, lat: number];
  /** Whether the card of layers is put away. */
  panelHidden: boolean;
  /** Zoom of the tiles in view. */
  tileZoom: number;
  layers: { id: string; available: boolean }[];
  legend: string[];
  notices: string[];
  /** How each picture is drawn, and how many activities are selected for it. */
  pictures: { layer: string; mode: string; selected: number; painter: string | undefined }[];
  /** Rows of the activities that are listed for a place. */
  listed: number[];
  kept: number | undefined;
  /** Name of the open tool. */
  tool: string | undefined;
}
