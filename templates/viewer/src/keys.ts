// The keys of the page. One list of actions says what they do, and the help dialog shows the same list.

import type { Strings } from "./text/strings.ts";

export interface KeyAction {
  /** KeyboardEvent.key, in lower case. */
  key: string;
  /** What the help says it does; actions with the same label stand in one row there. */
  label: keyof Strings["keys"];
  /** Undefined for a key that the open tool answers. */
  run?(): void;
}

/** Where letters are written, or already mean something. */
const BUSY = "dialog, select, textarea, [contenteditable], input:not([type=radio], [type=range], [type=checkbox])";

/** Whether a key is the page's: not where letters are written, nor with Ctrl, Alt or the like, which are the browser's. */
export function isForPage(e: KeyboardEvent): boolean {
  if (e.defaultPrevented || e.repeat || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return false;
  return !(e.target as Partial<Element> | null)?.closest?.(BUSY);
}

/** The action a key of the page stands for; undefined for none. */
export function actionFor(actions: readonly KeyAction[], e: KeyboardEvent): KeyAction | undefined {
  if (!isForPage(e)) return undefined;
  const key = e.key.toLowerCase();
  return actions.find((a) => a.run && a.key === key);
}

/** Runs actions on their keys until the signal; not while a dialog is open. */
export function listenForKeys(actions: readonly KeyAction[], signal: AbortSignal, page: Document = document): void {
  const onKey = (e: KeyboardEvent): void => {
    const action = actionFor(actions, e);
    if (!action || page.querySelector("dialog[open]")) return;
    e.preventDefault();
    action.run!();
  };
  page.addEventListener("keydown", onKey, { signal });
}

/** Keys of the help's list: those of one label together, three and more in a row as first and last. */
export function keyRows(actions: readonly KeyAction[]): { label: KeyAction["label"]; keys: string[]; range: boolean }[] {
  const rows = new Map<KeyAction["label"], string[]>();
  for (const { key, label } of actions) rows.set(label, [...(rows.get(label) ?? []), key]);
  return [...rows].map(([label, keys]) => {
    const range = keys.length > 2;
    return { label, keys: range ? [keys[0]!, keys.at(-1)!] : keys, range };
  });
}
