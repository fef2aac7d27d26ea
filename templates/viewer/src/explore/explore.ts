// Opens and closes the tools of the explore panel as the state of the page has it.

import type { PageState } from "../state.ts";
import type { Frame } from "../ui/frame.ts";
import type { ExplorePanel } from "../ui/explorepanel.ts";
import type { Tool, ToolGround, ToolKind } from "./tool.ts";

export class Explore {
  readonly #kinds: readonly ToolKind[];
  readonly #ground: ToolGround;
  readonly #panel: ExplorePanel;
  readonly #frame: Frame;
  readonly #made = new Map<string, Tool>();
  #open: Tool | undefined;

  constructor(kinds: readonly ToolKind[], ground: ToolGround, panel: ExplorePanel, frame: Frame) {
    this.#kinds = kinds;
    this.#ground = ground;
    this.#panel = panel;
    this.#frame = frame;
  }

  /** Whether nothing of the open tool is on its way. */
  get settled(): boolean {
    return this.#open?.settled ?? true;
  }

  /** The open tool's answer to a click on the map in degrees; false where it has none. */
  click(lon: number, lat: number): boolean {
    if (!this.#open?.click) return false;
    this.#open.click(lon, lat);
    return true;
  }

  /** Writes numbers anew, in other units. */
  relabel(): void {
    this.#open?.relabel?.();
  }

  /** Follows the state: the tool that is open, and what it shows. */
  follow(now: PageState, before: PageState | undefined): void {
    const kind = this.#kinds.find((k) => k.id === now.tool?.id);
    const tool = kind && this.#tool(kind);
    if (tool === this.#open) {
      tool?.follow(now, before);
      return;
    }
    this.#open?.close();
    this.#open = tool;
    this.#panel.show(kind?.id, tool?.element);
    this.#frame.showExplore(tool !== undefined);
    if (!tool) return;
    tool.open();
    tool.follow(now, undefined);
  }

  #tool(kind: ToolKind): Tool {
    let tool = this.#made.get(kind.id);
    if (!tool) this.#made.set(kind.id, (tool = kind.make(this.#ground)));
    return tool;
  }
}
