// A card that one button opens beside itself, and that closes with Escape, a press beside it, or when the focus goes elsewhere.

import { h, icon } from "./dom.ts";

export interface Popup {
  readonly button: HTMLButtonElement;
  readonly card: HTMLElement;
  /** Opens the card, with the focus on its first button, or closes it. */
  open(wanted: boolean): void;
  /** Closes it, with the focus back on the button if it was inside. */
  leave(): void;
}

/** Makes the button of a card, hidden by now, that has an id; it listens for the document's presses until the signal. before is called before it opens. */
export function popup(label: string, path: string, card: HTMLElement, signal: AbortSignal, before?: () => void): Popup {
  const button = h("button", { type: "button", "aria-label": label, title: label, "aria-controls": card.id, on: { click: () => open(card.hidden === true) } }, icon(path));
  const open = (wanted: boolean): void => {
    if (wanted) before?.();
    card.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    if (wanted) (card.querySelector<HTMLElement>("[aria-current=true]") ?? card.querySelector("button"))?.focus();
  };
  const leave = (): void => {
    if (card.contains(document.activeElement)) button.focus();
    open(false);
  };
  const onKey = (e: KeyboardEvent): void => {
    if (e.key !== "Escape" || card.hidden) return;
    open(false);
    button.focus();
  };
  const onFocusOut = ({ relatedTarget: to }: FocusEvent): void => {
    if (to instanceof Node && to !== button && !card.contains(to)) open(false);
  };
  for (const element of [button, card]) {
    element.addEventListener("keydown", onKey);
    element.addEventListener("focusout", onFocusOut);
  }
  document.addEventListener(
    "pointerdown",
    (e) => {
      if (!card.hidden && !e.composedPath().some((n) => n === card || n === button)) open(false);
    },
    { signal, capture: true },
  );
  open(false);
  return { button, card, open, leave };
}
