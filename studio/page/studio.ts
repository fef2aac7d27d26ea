// The studio: what was dropped, what is set, the worker that makes the map of it, and what is on screen meanwhile.

import { Formatter } from "../../templates/viewer/src/text/format.ts";
import { sportName } from "../../templates/viewer/src/text/sportname.ts";
import type { Strings } from "../../templates/viewer/src/text/strings.ts";
import { h } from "../../templates/viewer/src/ui/dom.ts";
import { GeneratorError } from "../worker/client.ts";
import type { Found, Told, Verdict } from "../worker/core.ts";
import type { EarlySite, News, ShownSite } from "../worker/messages.ts";
import { type Chosen, topOf } from "./drops.ts";
import { DropZone } from "./dropzone.ts";
import { Form } from "./form.ts";
import { foundCard, sportCounts } from "./foundcard.ts";
import { forgetAll, keepSecret, keepSettings, keptSecret, keptSettings } from "./keep.ts";
import { MapFrame } from "./mapframe.ts";
import { type Settings, type Zone } from "./settings.ts";
import { Status } from "./status.ts";
import { TakeHome, type Taken } from "./takehome.ts";
import type { Texts } from "./text/en.ts";
import { Teller } from "./text/told.ts";
import type { Workshop } from "./workshop.ts";
import { USUAL_RADIUS_M, ZoneLayer } from "./zones.ts";

/** The name of the file that remembers how zones are hidden. */
const SECRET_NAME = "privacy-secret";

export interface StudioOptions {
  texts: Texts;
  /** The map's own words, for the names of sports. */
  strings: Strings;
  locale: string;
  workshop: Workshop;
}

/** What browser tests look at. */
export interface StudioState {
  busy: boolean;
  found: number | undefined;
  /** Activities drawn; undefined while there is no map. */
  drawn: number | undefined;
  stale: boolean;
  /** The kind of the error that is shown. */
  error: string | undefined;
  /** How many maps have been shown, each in the place of the one before, and the words of what was before the first. */
  maps: number;
  looks: string[];
  /** Where files are written to. */
  storage: "disk" | "memory" | undefined;
  /** How many workers share a build; 0 where one does all of it. */
  workers: number;
}

export class Studio {
  readonly element: HTMLElement;
  readonly #o: StudioOptions;
  readonly #format: Formatter;
  readonly #teller: Teller;
  readonly #settings: Settings = keptSettings();
  #secret = keptSecret();
  readonly #status: Status;
  readonly #found = h("section", { class: "found", hidden: true });
  readonly #form: Form;
  readonly #make: HTMLButtonElement;
  readonly #takeHome: TakeHome;
  readonly #frame: MapFrame;
  readonly #layer = new ZoneLayer();
  readonly #earlyNote = h("p", { class: "early", role: "status", hidden: true });
  readonly #drop: DropZone;
  #working: AbortController | undefined;
  #what: Found | undefined;
  /** The site on screen, with the configuration it was built by. */
  taken: Taken | undefined;
  /** Counts what was set or given, so that a map is told from one of earlier settings, also when they change while it is made. */
  #revision = 0;
  #shown = 0;
  #maps = 0;
  #looks: string[] = [];
  /** Ends when all work does that was begun. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(o: StudioOptions) {
    this.#o = o;
    const { texts, strings, locale } = o;
    this.#format = new Formatter(locale);
    const whole = (n: number): string => this.#format.whole(n);
    this.#teller = new Teller(texts.told, whole, (sport) => sportName(sport, strings));
    this.#status = new Status(texts, () => this.#working?.abort());
    this.#frame = new MapFrame(texts.mapTitle, (map, page) => {
      if (this.taken) this.#maps++;
      this.#drop.acceptDrops(page);
      this.#layer.over(map);
      this.#tell();
    });
    this.#form = new Form({
      texts,
      strings,
      whole,
      settings: this.#settings,
      onChange: () => this.#changed(),
      onDraw: () => this.#drawZone(),
      onMiddle: () => this.#zoneAtMiddle(),
      onShow: ({ lat, lon }) => this.#frame.map?.easeTo({ center: [lon, lat] }),
    });
    this.#make = h("button", { type: "button", class: "main make", hidden: true, on: { click: () => void this.#build() } }, texts.make);
    this.#takeHome = new TakeHome(
      texts,
      (n) => this.#format.number(n / 1e6) + "\u202fMB",
      (text) => this.#status.note(text),
      (kind, text, detail) => this.#status.fail(kind, text, detail),
      () => {
        forgetAll();
        this.#secret = undefined;
        this.#status.note(texts.forgotten);
      },
    );
    this.#drop = new DropZone(texts, (chosen) => void this.add(chosen));
    this.element = h(
      "div",
      { class: "studio" },
      h(
        "aside",
        { class: "side" },
        h("header", {}, h("h1", {}, texts.name), h("p", { class: "privacy" }, texts.privacy)),
        h("div", { class: "scroll" }, this.#found, this.#form.element, this.#takeHome.element),
        h("footer", {}, this.#status.element, this.#make),
      ),
      h("main", { class: "stage" }, this.#drop.element, this.#frame.element, this.#layer.element, this.#earlyNote, this.#drop.veil),
    );
    this.#drop.acceptDrops(this.element);
    this.#tell();
  }

  /** Whether the map on screen shows other settings than those that are set. */
  get #stale(): boolean {
    return this.taken !== undefined && this.#shown !== this.#revision;
  }

  get state(): StudioState {
    return {
      busy: this.#working !== undefined,
      found: this.#what?.rows.length,
      drawn: this.taken?.site.drawn,
      stale: this.#stale,
      error: this.#status.error,
      maps: this.#maps,
      looks: this.#looks,
      storage: this.#o.workshop.storage,
      workers: this.#o.workshop.workers,
    };
  }

  /** Loads the generator ahead of the first file. */
  async prepare(): Promise<void> {
    await this.#work(async () => {
      this.#status.step(this.#o.texts.starting);
      await this.#o.workshop.ready();
    });
  }

  /** Takes files, tells what is in them, and makes the map. */
  async add(chosen: Chosen): Promise<void> {
    const { texts, workshop } = this.#o;
    const secret = chosen.files.find((f) => f.file.name === SECRET_NAME);
    if (secret) {
      this.#secret = await secret.file.text();
      keepSecret(this.#secret);
      this.#changed();
      this.#status.note(texts.restored);
    }
    const files = chosen.files.filter((f) => f !== secret);
    if (files.length === 0) {
      if (!secret) this.#status.fail("noFiles", texts.errors.noFiles);
      return;
    }
    const sources = chosen.sources.filter((s) => files.some((f) => topOf(f.path) === s));
    let undo: (() => Promise<void>) | undefined;
    this.#working?.abort();
    const there = await this.#work(async () => {
      this.#status.step(texts.starting);
      ({ undo } = await workshop.add({ files, sources }));
    });
    const found = there && (await this.#build({ fresh: true }));
    // Files that cannot be read are taken away again; a secret that does not fit says nothing of them, and one may go on with a new one.
    if (!found && this.#status.error !== "secret") await undo?.().catch(() => undefined);
  }

  async #remove(path: string): Promise<void> {
    this.#working?.abort();
    const there = await this.#work(() => this.#o.workshop.remove(path));
    if (there) await this.#build({ fresh: true });
  }

  /** Tells of what was found in the files. */
  #tellFound(found: Found): void {
    const { texts, workshop } = this.#o;
    this.#what = found;
    const card = foundCard(found, workshop.sources, (path) => void this.#remove(path), texts, this.#teller, (n) => this.#format.whole(n));
    this.#found.replaceChildren(h("h2", {}, texts.found), ...card, this.#drop.more);
    this.#found.hidden = false;
    if (this.#form.offer(sportCounts(found.rows))) this.#revision++;
    this.#tell();
  }

  /** The settings with a title, which a configuration must have. */
  #titled(): Settings {
    return { ...this.#settings, title: this.#settings.title || this.#o.texts.titleDefault };
  }

  /** Makes the map; of fresh files it tells what was found in them, and shows coarse zooms where there is no map yet. Whether it is known what is in the files. */
  async #build({ newSecret = false, fresh = false } = {}): Promise<boolean> {
    const { texts, workshop } = this.#o;
    this.#layer.stop();
    const began = performance.now();
    if (fresh) this.#revision++;
    let found = !fresh;
    const early = !this.taken;
    await this.#work(
      async ({ signal }) => {
        const revision = this.#revision;
        const { wanted, others } = this.#form.sports;
        if (wanted.length === 0 && others.length > 0) throw new GeneratorError({ kind: "nothing", message: texts.errors.noSports, faults: [] });
        const onNews = (news: News): void => {
          if ("step" in news) this.#status.onStep(news.step);
          else if ("early" in news) this.#showEarly(news.early);
          else if (!found) {
            found = true;
            this.#tellFound(news.found);
          }
        };
        const built = await workshop.build({ ...this.#titled(), sports: await workshop.sports(wanted, others) }, { secret: this.#secret, newSecret, early }, { signal, onNews });
        this.#show(built, revision);
        const seconds = this.#format.number((performance.now() - began) / 1000);
        const { drawn } = built.site;
        this.#status.note(drawn === 1 ? texts.madeOne(seconds) : texts.made(this.#format.whole(drawn), seconds), [
          ...this.#exposed(built.site.verdict),
          ...this.#fresh(built.site.warnings, this.#what?.warnings),
          // Notes without a code are for who has a cache and a configuration.
          ...this.#fresh(built.site.notes.filter((n) => n.code), this.#what?.notes),
        ]);
      },
      () => this.#build({ newSecret: true, fresh }),
    );
    if (!this.taken) {
      this.#frame.clear();
      this.#earlyNote.hidden = true;
      this.#drop.element.hidden = false;
      this.#tell();
    }
    return found;
  }

  /** What a stranger could tell of places that are hidden. */
  #exposed(verdict: Verdict | undefined): string[] {
    if (!verdict?.exposed) return [];
    const clues = verdict.clues.map((c) => this.#teller.message(c)).join("; ");
    return [`${this.#o.texts.exposed} ${clues ? `${clues}.` : verdict.text}`];
  }

  /** What has not been told yet when the files were read. */
  #fresh(messages: readonly Told[], before: readonly Told[] = []): string[] {
    const told = new Set(before.map((m) => m.text));
    return messages.filter((m) => !told.has(m.text)).map((m) => this.#teller.message(m));
  }

  #show(taken: Taken, revision: number): void {
    this.taken = taken;
    this.#shown = revision;
    const { secret } = taken.site;
    if (secret !== undefined) keepSecret((this.#secret = secret));
    keepSettings(this.#settings);
    this.#layer.show(this.#settings.zones);
    this.#earlyNote.hidden = true;
    this.#showMap(taken.site);
  }

  /** Shows something until there is a map, and says what it is. */
  #showEarly(site: EarlySite): void {
    const { texts } = this.#o;
    const [drawn, of] = [this.#format.whole(site.drawn), this.#format.whole(site.of)];
    const look = site.drawn < site.of ? texts.firstLook(drawn, of) : texts.coarse(of);
    this.#looks.push(look);
    this.#earlyNote.textContent = look;
    this.#earlyNote.hidden = false;
    this.#showMap(site);
    this.#tell();
  }

  #showMap(site: ShownSite): void {
    this.#layer.over(undefined);
    this.#drop.element.hidden = true;
    void this.#frame.show(site);
  }

  #changed(): void {
    this.#revision++;
    this.#layer.show(this.#settings.zones);
    keepSettings(this.#settings);
    this.#tell();
  }

  #drawZone(): void {
    if (this.#layer.drawing) {
      this.#layer.stop();
      return;
    }
    this.#status.note(this.#o.texts.drawing);
    this.#layer.draw((zone) => {
      this.#status.clear();
      if (zone) this.#form.addZone(zone);
      this.#tell();
    });
    this.#tell();
  }

  #zoneAtMiddle(): void {
    const middle = this.#frame.map?.getCenter();
    if (!middle) return;
    const zone: Zone = { lat: Number(middle.lat.toFixed(6)), lon: Number((((middle.lng + 540) % 360) - 180).toFixed(6)), radiusM: USUAL_RADIUS_M };
    this.#form.addZone(zone);
  }

  /** Does one piece of work after the other, and tells what went wrong. Whether it went well. */
  async #work(act: (work: { signal: AbortSignal }) => Promise<void>, withNewSecret?: () => void): Promise<boolean> {
    const before = this.#last;
    const done = before.then(() => this.#workNow(act, withNewSecret));
    this.#last = done;
    return done;
  }

  async #workNow(act: (work: { signal: AbortSignal }) => Promise<void>, withNewSecret?: () => void): Promise<boolean> {
    const working = (this.#working = new AbortController());
    this.#tell();
    try {
      await act({ signal: working.signal });
      this.#status.idle();
      return true;
    } catch (e) {
      this.#fail(e, withNewSecret);
      return false;
    } finally {
      this.#working = undefined;
      this.#tell();
    }
  }

  #fail(e: unknown, withNewSecret?: () => void): void {
    const { errors } = this.#o.texts;
    if (!(e instanceof GeneratorError)) {
      this.#status.fail("unexpected", String((e as Error).message ?? e));
      return;
    }
    const known: Partial<Record<string, string>> = { aborted: errors.aborted, crashed: errors.crashed, full: errors.full, secret: errors.secret, nothing: errors.nothing, source: errors.source, settings: errors.settings };
    const detail = e.kind === "aborted" ? "" : (e.faults.length > 0 ? e.faults : [e.told]).map((m) => this.#teller.message(m)).join("\n");
    this.#status.fail(e.kind, known[e.kind] ?? "", detail, e.kind === "secret" && withNewSecret ? { label: errors.newSecret, act: withNewSecret } : undefined);
  }

  /** Brings what may be pressed up to date. */
  #tell(): void {
    const { texts } = this.#o;
    const busy = this.#working !== undefined;
    this.#make.hidden = !this.#what || busy || (this.taken !== undefined && !this.#stale);
    this.#make.textContent = this.taken ? texts.update : texts.make;
    this.#form.canDraw(this.#frame.map !== undefined && !busy, this.#layer.drawing);
    this.#takeHome.offer(this.taken, this.#stale || busy);
    this.element.classList.toggle("stale", this.#stale);
    this.element.classList.toggle("empty", !this.#what);
    this.element.classList.toggle("waiting", this.#what !== undefined && !this.taken && this.#earlyNote.hidden === true);
  }
}
