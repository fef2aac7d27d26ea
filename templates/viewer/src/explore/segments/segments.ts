// The tool of segments: a way is picked on the map, and all efforts over it are listed; or all that went the same way as one activity.

import { keepOnMap } from "../../live/keep.ts";
import { TILE_SIZE, ZOOM_OFFSET } from "../../map/fit.ts";
import { TOP } from "../../map/style.ts";
import { current, type PageState } from "../../state.ts";
import { looseness } from "../../tracks/blockrange.ts";
import { gridOf } from "../../tracks/measure.ts";
import { GRID_BITS, type Tracks } from "../../tracks/tracks.ts";
import { h } from "../../ui/dom.ts";
import type { Tool, ToolGround } from "../tool.ts";
import { boundsOf, gateLines } from "./drawing.ts";
import { type Effort, efforts, lineOfEffort, unitsOf } from "./follow.ts";
import { SegmentLayer } from "./layer.ts";
import { Picker } from "./picker.ts";
import { mostTravelled, passings, type Place } from "./pick.ts";
import { Results } from "./results.ts";
import { sameRoute } from "./route.ts";
import { formatSegment, lengthOf, type Polyline, parseSegment, placesOf, type Segment, segmentOf, USUAL_TOLERANCE } from "./segment.ts";
import { SegmentHead } from "./head.ts";
import { Shelf } from "./shelf.ts";

/** What links say in place of a segment: the way of the activity that is kept lit. */
const ROUTE = "route";

export const SEGMENTS = "segments";

/** The change of the page's state that lists all that went the same way as an activity. */
export const sameRouteAs = (kept: number): Partial<PageState> => ({ kept, tool: { id: SEGMENTS, of: ROUTE }, here: undefined });

/** Blocks of lines that are looked through at most. */
const MOST_BLOCKS = 36;

/** How far from a click a line may pass: in CSS pixels, and in metres at least. */
const REACH_PX = 14;
const REACH_M = 20;

/** How far around two places the ways between them are looked for: in metres, and as a part of their distance. */
const AROUND_M = 400;
const AROUND = 0.6;

/** What was found over a way. */
interface Found {
  /** Says what way it is. */
  key: string;
  tracks: Tracks;
  /** Of all activities. */
  efforts: readonly Effort[];
  metres: number;
}

export class SegmentsTool implements Tool {
  readonly element: HTMLElement;
  readonly #ground: ToolGround;
  readonly #layer = new SegmentLayer("segments", window.matchMedia("(prefers-reduced-motion: reduce)").matches);
  readonly #shelf = new Shelf();
  readonly #picker: Picker;
  readonly #head: SegmentHead;
  readonly #results: Results;
  readonly #told = h("p", { class: "caption", role: "status" });
  readonly #body = h("div");
  #takeOff: (() => void) | undefined;
  #state: PageState | undefined;
  #start: Place | undefined;
  #segment: Segment | undefined;
  #found: Found | undefined;
  #best: Effort | undefined;
  #busy = 0;

  constructor(ground: ToolGround) {
    this.#ground = ground;
    const { archive, strings, format } = ground;
    const open = (segment: Segment): void => this.#choose(segment);
    const published = archive.metadata.segments.flatMap((text) => parseSegment(text) ?? []);
    this.#picker = new Picker(ground, this.#shelf, published, {
      middle: () => {
        const { lng, lat } = ground.map.getCenter();
        this.click(lng, lat);
      },
      startOver: () => this.#startOver(),
      route: () => ground.step({ tool: { id: SEGMENTS, of: ROUTE } }),
      open: (segment) => {
        open(segment);
        ground.fit(boundsOf(segment));
      },
      tell: (text) => (this.#told.textContent = text),
    });
    this.#head = new SegmentHead(ground, this.#shelf, published, { change: open, another: () => ground.step({ tool: { id: SEGMENTS, of: "" } }) });
    this.#results = new Results(archive.metadata.activities, strings, format, {
      hover: ground.hover,
      keep: (kept) => ground.step({ kept }),
      best: (effort) => {
        this.#best = effort;
        this.#draw();
      },
    });
    this.element = h("div", { class: "segmenttool" }, this.#told, this.#body);
  }

  get settled(): boolean {
    return this.#busy === 0;
  }

  open(): void {
    this.#takeOff = keepOnMap(this.#ground.map, this.#layer, () => TOP);
  }

  close(): void {
    this.#takeOff?.();
    this.#ground.hover(undefined);
    this.#state = this.#start = this.#best = undefined;
  }

  follow(now: PageState, before: PageState | undefined): void {
    this.#state = now;
    if (before && now.pictures === before.pictures && now.side === before.side && now.tool === before.tool && now.kept === before.kept) return;
    this.#update();
  }

  click(lon: number, lat: number): void {
    if (!this.#state || this.#segment || this.#onRoute) return;
    const place = gridOf(lon, lat);
    if (this.#start) {
      void this.#pick(this.#start, place);
      return;
    }
    this.#start = place;
    this.#update();
  }

  relabel(): void {
    this.#update();
  }

  get #onRoute(): boolean {
    return this.#state?.tool?.of === ROUTE && this.#state.kept !== undefined;
  }

  #choose(segment: Segment): void {
    this.#start = undefined;
    this.#ground.step({ tool: { id: SEGMENTS, of: formatSegment(segment) } });
  }

  #startOver(): void {
    this.#start = undefined;
    this.#update();
  }

  /** Shows what the state has: a segment, the route of an activity, or how to pick one. */
  #update(): void {
    const now = this.#state;
    if (!now) return;
    const { strings, format, archive } = this.#ground;
    const words = strings.segments;
    this.#segment = this.#onRoute ? undefined : parseSegment(now.tool?.of ?? "");
    if (this.#segment) {
      const segment = this.#segment;
      this.#head.show(segment);
      this.#look(formatSegment({ ...segment, name: "" }), () => this.#overSegment(segment));
    } else if (this.#onRoute) {
      const kept = now.kept!;
      const day = archive.metadata.activities.day[kept]!;
      this.#head.showRoute(words.route(day === 0 ? strings.places.noDate : format.day(day, "day")));
      this.#look(`${ROUTE} ${kept}`, () => this.#overRoute(kept));
    } else {
      this.#best = undefined;
      this.#told.textContent = this.#start ? words.end : words.start;
      this.#picker.show(this.#start !== undefined, now.kept !== undefined);
      this.#body.replaceChildren(this.#picker.element);
      this.#draw();
    }
  }

  /** Shows what is found over a way, looking for it where that is not known. */
  #look(key: string, find: () => Promise<Omit<Found, "key">>): void {
    const { element: head, foot } = this.#head;
    if (head.parentNode !== this.#body) this.#body.replaceChildren(head, foot);
    if (this.#found?.key === key) {
      this.#told.textContent = "";
      this.#list(this.#found);
      if (!this.#results.element.isConnected) head.after(this.#results.element);
      return;
    }
    this.#best = undefined;
    this.#results.reset();
    this.#results.element.remove();
    this.#draw();
    void this.#waitFor(async () => {
      this.#found = { key, ...(await find()) };
      this.#update();
    });
  }

  #list({ efforts: all, tracks, metres }: Found): void {
    const chosen = this.#chosen();
    this.#results.show(all.filter((e) => chosen[e.activity]), tracks, metres, this.#state!.kept);
  }

  #chosen(): Uint8Array {
    return this.#ground.selected(current(this.#state!).selection);
  }

  /** Does something that takes its time; what it was for may be gone then. */
  async #waitFor(work: () => Promise<void>): Promise<void> {
    const { strings, failed, signal } = this.#ground;
    this.#told.textContent = strings.segments.looking;
    this.#busy++;
    try {
      await work();
    } catch (e) {
      if (signal.aborted) return;
      this.#told.textContent = "";
      failed(e, () => this.#update());
    } finally {
      this.#busy--;
    }
  }

  async #overSegment(segment: Segment): Promise<Omit<Found, "key">> {
    const { lines } = this.#ground;
    const tracks = await lines.within(placesOf([segment], unitsOf(segment, 4 * segment.toleranceM)), MOST_BLOCKS);
    return { tracks, efforts: efforts(tracks, new Uint8Array(tracks.count).fill(1), segment), metres: lengthOf(segment) };
  }

  async #overRoute(activity: number): Promise<Omit<Found, "key">> {
    const { lines, archive } = this.#ground;
    const { tracks: rough, deepest } = await lines.overview();
    const [west, north, east, south] = rough.bounds.subarray(4 * activity, 4 * activity + 4) as unknown as [number, number, number, number];
    const margin = 2 * looseness(deepest) + unitsOf({ x: [west], y: [north] }, 4 * USUAL_TOLERANCE);
    const box = [west - margin, north - margin, east + margin, south + margin] as const;
    // Only of lines that lie in the box as a whole there is all.
    const inside = Uint8Array.from({ length: rough.count }, (_, a) => {
      const [w, n, e, s] = rough.bounds.subarray(4 * a, 4 * a + 4) as unknown as [number, number, number, number];
      return Number(w <= e && w >= box[0] && n >= box[1] && e <= box[2] && s <= box[3]);
    });
    const tracks = await lines.within([box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin], MOST_BLOCKS);
    return { tracks, efforts: sameRoute(tracks, inside, activity), metres: archive.metadata.activities.distanceM[activity]! };
  }

  /** The way from one place to another: that of the activity that is kept lit where it passes both, and it is to be followed, or else that of most. */
  async #pick(start: Place, end: Place): Promise<void> {
    const { map, lines, strings } = this.#ground;
    await this.#waitFor(async () => {
      const at = { x: [start.x, end.x], y: [start.y, end.y] };
      const reach = Math.max((REACH_PX * 2 ** (GRID_BITS - map.getZoom() - ZOOM_OFFSET)) / TILE_SIZE, unitsOf(at, REACH_M));
      const around = unitsOf(at, AROUND_M) + AROUND * Math.hypot(end.x - start.x, end.y - start.y);
      const tracks = await lines.within(placesOf([at], around), MOST_BLOCKS);
      if (this.#start !== start || !this.#state) return;
      const { kept } = this.#state;
      const own = new Uint8Array(tracks.count);
      if (kept !== undefined && this.#picker.alongKept) own[kept] = 1;
      const line = passings(tracks, own, start, end, reach)[0]?.line ?? mostTravelled(passings(tracks, this.#chosen(), start, end, reach), unitsOf(at, USUAL_TOLERANCE))?.line;
      const segment = line && segmentOf(line);
      if (segment) {
        this.#choose(segment);
        return;
      }
      this.#startOver();
      this.#told.textContent = strings.segments.noWay;
    });
  }

  #draw(): void {
    const found = this.#found;
    const record = this.#best && found ? lineOfEffort(found.tracks, this.#best) : undefined;
    let way: Polyline | undefined = this.#segment;
    let gates: Polyline[] = way ? gateLines(way, unitsOf(way, this.#segment!.toleranceM)) : [];
    if (!way && this.#start) {
      const r = unitsOf({ x: [this.#start.x], y: [this.#start.y] }, REACH_M);
      const { x, y } = this.#start;
      [way, gates] = [undefined, [{ x: [x - r, x + r], y: [y, y] }, { x: [x, x], y: [y - r, y + r] }]];
    }
    this.#layer.show(way, gates, record);
  }
}
