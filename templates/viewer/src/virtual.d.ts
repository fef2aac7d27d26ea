// Modules that templates/bundle makes up while bundling.

/** The page's own worker, src/worker.ts, as one classic script. */
declare module "virtual:worker" {
  const source: string;
  export default source;
}

/** The world's coastlines as coastline.ts decodes them. */
declare module "virtual:coastline" {
  const encoded: string;
  export default encoded;
}
