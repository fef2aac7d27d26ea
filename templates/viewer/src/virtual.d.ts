// Modules that templates/bundle makes up while bundling.

/** MapLibre's worker as one classic script. */
declare module "virtual:maplibre-worker" {
  const source: string;
  export default source;
}

/** The world's coastlines as coastline.ts decodes them. */
declare module "virtual:coastline" {
  const encoded: string;
  export default encoded;
}
