// A worker that takes steps of builds: reads shards and paints parts, with an instance of the generator of its own. pool.ts asks it.

import type { BesideFile, Core, Job } from "./core.ts";
import { Disk } from "./disk.ts";
import { Files } from "./files.ts";
import { startCore } from "./load.ts";
import type { HandQuestions, SharedStep, Step } from "./messages.ts";
import { Memory } from "./nodes.ts";
import { type Answers, serve } from "./serve.ts";

/** The file of the job that a step makes, as generator/dist.go names it. */
export const jobFile = (step: SharedStep, number: number): string => `${step}-${String(number).padStart(5, "0")}`;

/** Answers from now on. */
export function serveHand(): void {
  let files: Files;
  let core: Core;
  let job: Job | undefined;
  let folder = "";
  /** Frees what the steps of the job have made. */
  let made: (() => void)[] = [];
  /** Ends what goes on, and who hears of it. */
  let controller = new AbortController();
  let tell: (step: Step) => void = () => {};
  let bring: (beside: Partial<Record<BesideFile, Blob>>) => void;
  const beside = new Promise<Partial<Record<BesideFile, Blob>>>((resolve) => {
    bring = resolve;
  });

  const answers: Answers<HandQuestions, Step> = {
    async start({ modules, exec, folder, shares }) {
      Memory.most = shares.memory;
      const disk = folder && Disk.in(folder);
      files = new Files(disk && (() => disk.make()));
      files.mkdir("/tmp");
      const bringOf = async (name: BesideFile): Promise<Blob> => {
        const there = (await beside)[name];
        if (!there) throw new Error(`${name} could not be had`);
        return there;
      };
      core = await startCore(files, modules, exec, bringOf, shares.keep);
    },

    async beside(given) {
      bring(given);
    },

    async have({ files: given, gone }) {
      for (const path of gone) files.remove(path);
      for (const { path, file } of given) files.put(path, file);
    },

    async open(given) {
      ({ folder } = given);
      controller = new AbortController();
      job = await core.job(folder, { signal: controller.signal, progress: (stage, done, total, unit) => tell({ stage, done, total, unit }) });
    },

    async close() {
      job?.close();
      job = undefined;
      for (const free of made) free();
      made = [];
    },

    async step({ step, number }, asking) {
      if (!job) throw new Error("no job is open");
      tell = asking.tell;
      asking.signal.addEventListener("abort", () => controller.abort(), { once: true });
      await job[step](number);
      const file = await files.take(`${folder}/${jobFile(step, number)}`);
      if (!file) throw new Error("the step made no file");
      made.push(file.free);
      return file.blob;
    },
  };
  serve<HandQuestions, Step>(answers);
}
