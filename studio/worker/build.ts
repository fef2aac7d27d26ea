// A build whose steps are shared out to a pool of workers, as generator/dist.go has them. The site is that of a build by one, to the byte.

import type { Built, Core, Options, Preview } from "./core.ts";
import type { Files } from "./files.ts";
import { jobFile } from "./hand.ts";
import type { EarlySite, Step } from "./messages.ts";
import type { Pool } from "./pool.ts";

/** The folders of the job and of the sites to look at meanwhile. */
const JOB = "/job";
const SAMPLE = "/sample";
const EARLY = "/early";

/** So many activities are a first look, taken of that many at least. */
const SAMPLED = 24;
const WORTH_A_SAMPLE = 4 * SAMPLED;

/** So many shards and parts has a worker on average: of different weights, they end at about the same time. */
const SHARDS_EACH = 4;
const PARTS_EACH = 3;

/** How the time of a build goes, about: until everything is read, judged, painted. The rest is to put the archive together. */
const READ = 0.55;
const GATHERED = 0.58;
const PAINTED = 0.9;

/** Who hears of a build, and what ends it. */
export interface Watching {
  signal: AbortSignal;
  step: (step: Step) => void;
  /** Hears of sites to look at: of some activities, then of coarse zooms; undefined where nobody is to see them. */
  early: ((site: EarlySite) => void) | undefined;
}

/** Builds the site of the configuration at a path of files, which all of the pool have but for the configuration itself. */
export async function sharedBuild(core: Core, files: Files, pool: Pool, settings: string, options: Options, { signal, step, early }: Watching): Promise<Built> {
  for (const folder of [JOB, SAMPLE, EARLY]) files.remove(folder);
  const workers = pool.size;
  const shards = workers * SHARDS_EACH;
  /** Between which parts of all the work this worker's own is; it tells nothing while the others work. */
  let range: [from: number, to: number] | undefined = [0, 0];
  const own: Options = {
    ...options,
    progress: (stage, done, total, unit) => {
      if (range) step({ stage, done, total, unit, all: range[0] + (range[1] - range[0]) * (total > 0 ? Math.min(1, done / total) : 0) });
    },
  };
  const { activities } = await core.plan(settings, { ...own, job: JOB, shards });
  const mine = (name: string): { path: string; file: Blob } => ({ path: `${JOB}/${name}`, file: files.copy(`${JOB}/${name}`)! });
  const theirs = new Map<string, Blob>();
  const take = (name: string, file: Blob): void => {
    files.put(`${JOB}/${name}`, file);
    theirs.set(`${JOB}/${name}`, file);
  };
  const show = ({ archive: at, page: index, drawn }: Preview, of: number): void => {
    const [archive, page] = [files.copy(at), files.copy(index)];
    if (archive && page) early?.({ archive, page, drawn, of });
  };
  /** What goes on here beside the others' work. It never fails. */
  let beside: Promise<unknown> = Promise.resolve();
  const look = new AbortController();
  const stop = (): void => look.abort();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await pool.have([mine("plan")]);
    await pool.open(JOB);
    range = undefined;
    if (early && activities >= WORTH_A_SAMPLE) {
      const quiet: Options = { signal: look.signal, newSecret: options.newSecret ?? false };
      beside = core.sample(settings, { ...quiet, folder: SAMPLE, most: SAMPLED }).then((made) => show(made, activities)).catch(() => undefined);
    }
    await pool.run("map", shards, {
      signal,
      onShare: (share) => step({ stage: "Reading activities", done: Math.round(share * activities), total: activities, unit: "files", all: share * READ }),
      onMade: (number, file) => take(jobFile("map", number), file),
    });
    stop(); // all is read now
    await beside;
    const job = await core.job(JOB, own);
    try {
      const parts = workers * PARTS_EACH;
      range = [READ, GATHERED];
      const { coarse } = await job.gather(early ? workers : 0, parts);
      range = undefined;
      const shared = Array.from(theirs, ([path, file]) => ({ path, file }));
      const written = files.names(JOB).filter((name) => !theirs.has(`${JOB}/${name}`) && name !== "plan");
      await pool.have([...shared, ...written.map(mine)]);
      let waiting = coarse;
      await pool.run("paint", parts, {
        signal,
        onShare: (share) => step({ stage: "Painting", done: Math.round(share * 100), total: 100, unit: "percent", all: GATHERED + share * (PAINTED - GATHERED) }),
        onMade: (number, file) => {
          take(jobFile("paint", number), file);
          if (number < coarse && --waiting === 0) beside = job.preview(EARLY).then((made) => show(made, made.drawn)).catch(() => undefined);
        },
      });
      await beside;
      range = [PAINTED, 1];
      return await job.compose();
    } finally {
      job.close();
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
    await beside;
    const gone = [...theirs.keys(), ...files.names(JOB).map((name) => `${JOB}/${name}`)];
    for (const folder of [JOB, SAMPLE, EARLY]) files.remove(folder);
    await pool.have([], gone).then(() => pool.close()).catch(() => undefined);
  }
}
