// The worker of the studio: has the generator, and the files it works on. The page asks it by messages.ts.

import type { Args, Core, Options, Told } from "./core.ts";
import { Disk } from "./disk.ts";
import { Files } from "./files.ts";
import { loadCore } from "./load.ts";
import type { Answer, Failure, Found, Question, Questions, Site, SourceEntry, Stop } from "./messages.ts";

/** The folder that the generator works in. */
const WORK = "/studio";
/** Where the configuration is, and what stands beside it. */
const SETTINGS = `${WORK}/heatmap.toml`;
const SECRET = `${WORK}/privacy-secret`;
const OUTPUT = `${WORK}/public`;

let files: Files;
let core: Core;
/** The sources, by their names beside the configuration. */
let there: string[] = [];
/** Frees the files of the site that the page shows. */
let freeShown: (() => void)[] = [];
const running = new Map<number, AbortController>();

/** Ends here when the page ends a question, and tells it of progress. */
function options(n: number): Options {
  return {
    signal: running.get(n)!.signal,
    progress: (stage, done, total, unit) => post({ n, stage, done, total, unit }),
  };
}

const answers: { [K in keyof Questions]: (given: Questions[K]["given"], n: number) => Promise<Questions[K]["answer"]> } = {
  async start({ pieces, room }) {
    const disk = room && (await Disk.open(room.folder, room.keep));
    files = new Files(disk && (() => disk.make()));
    for (const folder of ["/tmp", WORK]) files.mkdir(folder);
    core = await loadCore(pieces, files);
    return { version: core.version, storage: disk ? "disk" : "memory" };
  },

  async have({ files: chosen, sources }) {
    for (const path of there) files.remove(`${WORK}/${path}`);
    there = sources;
    for (const { path, file } of chosen) files.put(`${WORK}/${path}`, file);
    const entries: SourceEntry[] = [];
    for (const path of sources) entries.push({ type: await core.guess(`${WORK}/${path}`), path });
    return entries;
  },

  async survey({ settings }, n): Promise<Found> {
    files.put(SETTINGS, settings);
    const survey = await core.survey(SETTINGS, options(n));
    try {
      return { rows: survey.rows().map(({ thumbnail: _, ...row }) => row), warnings: survey.warnings().map(plainTold), notes: survey.notes().map(plainTold) };
    } finally {
      survey.close();
    }
  },

  async sports({ wanted, others }) {
    return core.sports(wanted, others);
  },

  async build({ settings, secret, newSecret }, n): Promise<Site> {
    files.put(SETTINGS, settings);
    // Every build is a first one: what the command makes of the same settings hangs on no earlier site.
    files.remove(OUTPUT);
    if (secret === undefined) files.remove(SECRET);
    else files.put(SECRET, secret);
    const built = await core.build(SETTINGS, { ...options(n), newSecret });
    const { read, drawn, seconds } = built;
    // As the command does: what hides something is attacked before it is published.
    const verdict = built.hides ? await core.audit(SETTINGS, options(n)) : undefined;
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
      warnings: built.warnings.map(plainTold),
      notes: built.notes.map(plainTold),
      verdict: verdict && { ...verdict, text: plain(verdict.text) },
      seconds,
    };
  },
};

/** A text of the generator without the folder that only this worker knows. */
function plain(text: string): string {
  return text.replaceAll(`${WORK}/`, "");
}

function plainTold({ text, code, args }: Told): Told {
  const entries = Object.entries(args ?? {}).map(([name, value]) => [name, typeof value === "string" ? plain(value) : value]);
  return { text: plain(text), ...(code ? { code, args: Object.fromEntries(entries) as Args } : {}) };
}

function post(message: Answer): void {
  postMessage(message);
}

function failureOf(e: unknown): Failure {
  const { kind, message, code, args, faults } = e as Partial<Failure>;
  const { text, ...coded } = plainTold({ text: message ?? String(e), code: code ?? "", args: args ?? null });
  return { kind: kind ?? "other", message: text, ...coded, faults: (faults ?? []).map(plainTold) };
}

onmessage = async ({ data }: MessageEvent<Question | Stop>) => {
  if ("stop" in data) {
    running.get(data.stop)?.abort();
    return;
  }
  const { n, ask, given } = data;
  running.set(n, new AbortController());
  try {
    post({ n, answer: await (answers[ask] as (given: unknown, n: number) => Promise<unknown>)(given, n) });
  } catch (e) {
    post({ n, failure: failureOf(e) });
  } finally {
    running.delete(n);
  }
};
