// The settings of the map, as the user sets them.

import { sportName } from "../../templates/viewer/src/text/sportname.ts";
import type { Strings } from "../../templates/viewer/src/text/strings.ts";
import { h, icon, ICONS } from "../../templates/viewer/src/ui/dom.ts";
import type { SportCount } from "./foundcard.ts";
import { MAX_RADIUS_M, MAX_TRIM_M, MIN_RADIUS_M, type Settings, type Zone } from "./settings.ts";
import type { Texts } from "./text/en.ts";

export interface FormOptions {
  texts: Texts;
  strings: Strings;
  whole: (n: number) => string;
  settings: Settings;
  /** Something else is set. */
  onChange: () => void;
  onDraw: () => void;
  /** A zone where the map's middle is. */
  onMiddle: () => void;
  onShow: (zone: Zone) => void;
}

export class Form {
  readonly element = h("div", { class: "form", hidden: true });
  readonly #o: FormOptions;
  readonly #sports = h("div", { class: "chips", role: "group" });
  readonly #zones = h("ul", { class: "zones" });
  readonly #draw: HTMLButtonElement;
  readonly #middle: HTMLButtonElement;
  #counts: SportCount[] = [];
  readonly #off = new Set<string>();

  constructor(o: FormOptions) {
    this.#o = o;
    const { texts, settings } = o;
    this.#sports.setAttribute("aria-label", texts.sports);
    this.#draw = h("button", { type: "button", class: "quietbutton draw", "aria-pressed": "false", disabled: true, on: { click: () => o.onDraw() } }, texts.drawZone);
    this.#middle = h("button", { type: "button", class: "quietbutton", disabled: true, on: { click: () => o.onMiddle() } }, texts.zoneAtMiddle);
    const strava = h("input", { type: "checkbox", on: { change: () => this.#set("useStravaZones", strava.checked) } });
    strava.checked = settings.useStravaZones;
    this.element.append(
      h("h2", {}, texts.settings),
      this.#text("title", texts.title, texts.titleDefault),
      h("div", { class: "label" }, texts.sports),
      this.#sports,
      h("div", { class: "pair" }, this.#day("from", texts.from), this.#day("to", texts.to)),
      h("fieldset", { class: "pair" }, h("legend", { class: "label" }, texts.trims), this.#metres("trimStartM", texts.trimStart), this.#metres("trimEndM", texts.trimEnd)),
      h("h2", {}, texts.hide),
      h("p", { class: "help" }, texts.hideText),
      this.#zones,
      h("div", { class: "buttons" }, this.#draw, this.#middle),
      h("label", { class: "check" }, strava, h("span", {}, texts.stravaZones)),
    );
    this.#listZones();
  }

  /** Shows the sports there are; those that were left out stay so. Whether there are some that a choice made before, which names the wanted ones, leaves out. */
  offer(counts: SportCount[]): boolean {
    const named = this.#counts.some(({ sport, virtual }) => this.#off.has(sport) !== virtual);
    const more = counts.some(({ sport, virtual }) => !virtual && !this.#counts.some((c) => c.sport === sport));
    for (const { sport, virtual } of counts) if (virtual && !this.#counts.some((c) => c.sport === sport)) this.#off.add(sport);
    this.#counts = counts;
    const { strings, whole } = this.#o;
    this.#sports.replaceChildren(
      ...counts.map(({ sport, count }) => {
        const box = h("input", {
          type: "checkbox",
          value: sport,
          on: {
            change: () => {
              if (box.checked) this.#off.delete(sport);
              else this.#off.add(sport);
              this.#o.onChange();
            },
          },
        });
        box.checked = !this.#off.has(sport);
        return h("label", { class: "chip" }, box, h("span", {}, sportName(sport, strings), h("small", { class: "number" }, ` ${whole(count)}`)));
      }),
    );
    this.element.hidden = false;
    return named && more;
  }

  /** The sports chosen, and those left out. */
  get sports(): { wanted: string[]; others: string[] } {
    const names = this.#counts.map((c) => c.sport);
    return { wanted: names.filter((s) => !this.#off.has(s)), others: names.filter((s) => this.#off.has(s)) };
  }

  /** Whether there is a map to draw on, and whether a zone is being drawn. */
  canDraw(map: boolean, drawing: boolean): void {
    this.#draw.disabled = this.#middle.disabled = !map;
    this.#draw.setAttribute("aria-pressed", String(drawing));
  }

  addZone(zone: Zone): void {
    this.#set("zones", [...this.#o.settings.zones, zone]);
    this.#listZones();
  }

  #set<K extends keyof Settings>(key: K, value: Settings[K]): void {
    this.#o.settings[key] = value;
    this.#o.onChange();
  }

  #text(key: "title", label: string, placeholder: string): HTMLElement {
    const input = h("input", { type: "text", maxlength: 200, placeholder, autocomplete: "off", on: { input: () => this.#set(key, input.value.trim()) } });
    input.value = this.#o.settings[key];
    return h("label", { class: "field" }, h("span", { class: "label" }, label), input);
  }

  #day(key: "from" | "to", label: string): HTMLElement {
    // Where nothing is set, WebKit shows the day of today, which must not look as if it were.
    const mark = (): boolean => input.classList.toggle("unset", input.value === "");
    const input = h("input", { type: "date", min: "1970-01-01", max: "2100-12-31", on: { input: mark, change: () => this.#set(key, input.validity.valid ? input.value : "") } });
    mark();
    return h("label", { class: "field" }, h("span", { class: "label" }, label), input);
  }

  #metres(key: "trimStartM" | "trimEndM", label: string): HTMLElement {
    const input = h("input", {
      type: "number",
      min: 0,
      max: MAX_TRIM_M,
      step: 50,
      inputmode: "numeric",
      on: { change: () => this.#set(key, Math.min(MAX_TRIM_M, Math.max(0, Math.round(input.valueAsNumber || 0)))) },
    });
    input.value = String(this.#o.settings[key]);
    return h("label", { class: "field" }, h("span", { class: "label" }, label), input);
  }

  #listZones(): void {
    const { texts, whole, settings } = this.#o;
    this.#zones.replaceChildren(
      ...settings.zones.map((zone, i) => {
        const value = h("output", { class: "number" }, texts.radiusM(whole(zone.radiusM)));
        const slider = h("input", {
          type: "range",
          min: MIN_RADIUS_M,
          max: Math.max(2000, zone.radiusM),
          step: 10,
          "aria-label": `${texts.zone(i + 1)}: ${texts.radius}`,
          on: {
            input: () => {
              zone.radiusM = Math.min(MAX_RADIUS_M, slider.valueAsNumber);
              value.textContent = texts.radiusM(whole(zone.radiusM));
              this.#o.onChange();
            },
          },
        });
        slider.value = String(zone.radiusM);
        const remove = (): void => {
          this.#set("zones", settings.zones.filter((z) => z !== zone));
          this.#listZones();
        };
        return h(
          "li",
          {},
          h("button", { type: "button", class: "zonename", title: texts.showZone(i + 1), on: { click: () => this.#o.onShow(zone) } }, String(i + 1)),
          slider,
          value,
          h("button", { type: "button", class: "iconbutton", "aria-label": texts.removeZone(i + 1), on: { click: remove } }, icon(ICONS.close) as unknown as HTMLElement),
        );
      }),
    );
  }
}
