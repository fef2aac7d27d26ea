// Puts the two modules of WebAssembly together: the Go program, and its Gaussians, which work on its memory.

/** The modules: the Go program and convolve.wasm, both made by studio/bundle. */
export interface Modules {
  generator: WebAssembly.Module;
  convolve: WebAssembly.Module;
}

/** What Go's wasm_exec.js calls Go. */
export interface GoProgram {
  argv: string[];
  env: Record<string, string>;
  importObject: WebAssembly.Imports;
  exit: (code: number) => void;
  run: (instance: WebAssembly.Instance) => Promise<void>;
}

/** Makes an instance to be run. Each module needs what the other has, so the program gets a function that is filled in later. */
export async function instantiate(go: GoProgram, { generator, convolve }: Modules): Promise<WebAssembly.Instance> {
  let soften: (dst: number, src: number, set: number, stride: number, taps: number, n: number) => void;
  go.importObject["heatmapgen"] = {
    convolve: (dst: number, src: number, set: number, stride: number, taps: number, n: number) => soften(dst, src, set, stride, taps, n),
  };
  const program = await WebAssembly.instantiate(generator, go.importObject);
  const gaussians = await WebAssembly.instantiate(convolve, { go: { mem: program.exports["mem"]! } });
  soften = gaussians.exports["convolve"] as typeof soften;
  return program;
}
