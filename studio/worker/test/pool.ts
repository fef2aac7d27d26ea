// A pool of workers that do as they are told, for studio/bundle's tests: they make files of numbers, fail, end or never stop.

import { GeneratorError } from "../client.ts";
import { Pool, type Tools } from "../pool.ts";

/** Answers as hand.ts does. What is done in place of a step stands in the file /orders, as JSON: by number "fail", "end" or "stay". */
const script = `
let orders = {};
let files = new Set();
onmessage = async ({ data }) => {
  if ("stop" in data) return;
  const { n, ask, given } = data;
  if (ask === "have") {
    for (const path of given.gone) for (const there of files) if (there.startsWith(path)) files.delete(there);
    for (const { path, file } of given.files) {
      files.add(path);
      if (path === "/orders") orders = JSON.parse(await file.text());
    }
  }
  if (ask === "step") {
    const order = orders[given.number];
    if (order === "fail") return postMessage({ n, failure: { kind: "source", message: "no " + given.number, faults: [] } });
    if (order === "end") throw new Error("ended");
    if (order === "stay") return;
    postMessage({ n, news: { stage: "", done: 1, total: 2, unit: "" } });
    await new Promise((resolve) => setTimeout(resolve, 5));
    return postMessage({ n, answer: new Blob([[...files].sort().join() + " " + given.step + " " + given.number]) });
  }
  postMessage({ n, answer: undefined });
};
onunhandledrejection = (e) => { setTimeout(() => { throw e.reason; }); };
`;

async function work(): Promise<Record<string, unknown>> {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const tools = { script: address, modules: {}, exec: "", disk: undefined, beside: Promise.resolve({}) } as unknown as Tools;
  const pool = (await Pool.start(3, tools))!;
  const order = (orders: Record<number, string>): Promise<void> => pool.have([{ path: "/orders", file: new Blob([JSON.stringify(orders)]) }]);
  const run = async (count: number, signal = new AbortController().signal): Promise<unknown> => {
    const made: string[] = [];
    const shares: number[] = [];
    try {
      await pool.run("map", count, {
        signal,
        onShare: (share) => shares.push(share),
        onMade: (number, file) => {
          made[number] = "";
          void file.text().then((text) => {
            made[number] = text;
          });
        },
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { made, last: shares.at(-1), size: pool.size };
    } catch (e) {
      return { kind: (e as GeneratorError).kind, message: (e as Error).message, size: pool.size };
    }
  };
  await pool.have([{ path: "/folder/a", file: new Blob() }]);
  await pool.open("/job");
  const outcomes: Record<string, unknown> = { plain: await run(7) };
  await pool.have([], ["/folder"]);
  await order({ 4: "fail" });
  outcomes["fails"] = await run(7);
  await order({});
  outcomes["goes on"] = await run(5);
  // What ends one worker ends each that takes it.
  await order({ 2: "end" });
  outcomes["ends"] = await run(5);
  await pool.heal();
  // Who is asked to stop and does not is ended, and is there again.
  await order({ 0: "stay" });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  outcomes["stopped"] = await run(5, stop.signal);
  await pool.heal();
  outcomes["stopped before"] = await run(5, AbortSignal.abort());
  return outcomes;
}

(globalThis as unknown as { pooled: Promise<unknown> }).pooled = work();
