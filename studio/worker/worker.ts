// The worker of the studio: has the generator, and the files it works on. The page asks it by messages.ts. The same script is that of the workers that this one shares the work with (hand.ts).

import { sharedBuild } from "./build.ts";
import type { BesideFile, Core, Options, Told } from "./core.ts";
import { Disk } from "./disk.ts";
import { Files } from "./files.ts";
import { serveHand } from "./hand.ts";
import { load, startCore } from "./load.ts";
import type { News, Questions, Site, SourceEntry } from "./messages.ts";
import { MAX_MEMORY, Memory, sharesOf } from "./nodes.ts";
import { HAND, Pool } from "./pool.ts";
import { type Answers, type Asking, plainTold, serve } from "./serve.ts";

/** The folder that the generator works in. */
const WORK = "/studio";
/** Where the configuration is, and what stands beside it. */
const SETTINGS = `${WORK}/heatmap.toml`;
const SECRET = `${WORK}/privacy-secret`;
const OUTPUT = `${WORK}/public`;

let files: Files;
let core: Core;
/** Those that the work is shared with; undefined where this worker does all of it. */
let pool: Pool | undefined;
/** The sources, by their names beside the configuration. */
let there: string[] = [];
/** Frees the files of the site that the page shows. */
let freeShown: (() => void)[] = [];

const answers: Answers<Questions, News> = {
  async start({ pieces, room, cores }) {
    const disk = room && (await Disk.open(room.folder, room.keep));
    files = new Files(disk && (() => disk.make()));
    for (const folder of ["/tmp", WORK]) files.mkdir(folder);
    const { modules, beside } = await load(pieces);
    const shares = sharesOf(cores > 1 ? cores + 1 : 1, disk !== undefined);
    Memory.most = shares.memory;
    core = await startCore(files, modules, pieces.exec, (name) => beside.get(name)!, shares.keep);
    if (cores > 1) {
      const loaded = Promise.all(Array.from(beside, async ([name, blob]) => [name as BesideFile, await blob.catch(() => undefined)] as const)).then((all) => Object.fromEntries(all));
      pool = await Pool.start(cores, { script: location.href, modules, exec: pieces.exec, disk, shares, beside: loaded });
      if (!pool) Memory.most = MAX_MEMORY;
    }
    return { version: core.version, storage: disk ? "disk" : "memory", workers: pool?.size ?? 0 };
  },

  async have({ files: chosen, sources }) {
    const gone = there.map((path) => `${WORK}/${path}`);
    for (const path of gone) files.remove(path);
    there = sources;
    const placed = chosen.map(({ path, file }) => ({ path: `${WORK}/${path}`, file }));
    for (const { path, file } of placed) files.put(path, file);
    await pool?.have(placed, gone);
    const entries: SourceEntry[] = [];
    for (const path of sources) entries.push({ type: await core.guess(`${WORK}/${path}`), path });
    return entries;
  },

  async sports({ wanted, others }) {
    return core.sports(wanted, others);
  },

  async build({ settings, secret, newSecret, early }, { signal, tell }: Asking<News>): Promise<Site> {
    files.put(SETTINGS, settings);
    // Every build is a first one: what the command makes of the same settings hangs on no earlier site.
    files.remove(OUTPUT);
    if (secret === undefined) files.remove(SECRET);
    else files.put(SECRET, secret);
    const options: Options = {
      signal,
      newSecret,
      progress: (stage, done, total, unit) => tell({ step: { stage, done, total, unit } }),
      found: ({ rows, warnings, notes }) => tell({ found: { rows, warnings: warnings.map(told), notes: notes.map(told) } }),
    };
    await pool?.heal().catch(() => undefined);
    const built =
      pool && pool.size > 0
        ? await sharedBuild(core, files, pool, SETTINGS, options, { signal, step: (step) => tell({ step }), early: early ? (site) => tell({ early: site }) : undefined })
        : await core.build(SETTINGS, options);
    const { read, drawn, seconds } = built;
    // As the command does: what hides something is attacked before it is published.
    const verdict = built.hides ? await core.audit(SETTINGS, options) : undefined;
    const [report, kept] = [await files.text(built.report), await files.text(SECRET)];
    const [archive, page] = [await files.take(built.archive), await files.take(built.page)];
    if (!archive || !page) throw new Error("the build left no site");
    for (const free of freeShown) free();
    freeShown = [archive.free, page.free];
    return {
      archiveName: built.archive.split("/").at(-1)!,
      archive: archive.blob,
      page: page.blob,
      report: plain(report ?? ""),
      secret: kept,
      read,
      drawn,
      warnings: built.warnings.map(told),
      notes: built.notes.map(told),
      verdict: verdict && { ...verdict, text: plain(verdict.text) },
      seconds,
    };
  },
};

/** A text of the generator without the folder that only this worker knows. */
function plain(text: string): string {
  return text.replaceAll(`${WORK}/`, "");
}

const told = (message: Told): Told => plainTold(message, plain);

if (self.name === HAND) serveHand();
else serve<Questions, News>(answers, plain);
