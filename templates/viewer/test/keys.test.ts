import assert from "node:assert/strict";
import { test } from "node:test";
import { actionFor, type KeyAction, keyRows, listenForKeys } from "../src/keys.ts";

const ran: string[] = [];
const action = (key: string, label: KeyAction["label"]): KeyAction => ({ key, label, run: () => void ran.push(key) });
const actions = [action("?", "help"), action("t", "table"), ...["1", "2", "3"].map((k) => action(k, "layer"))];

const press = (key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent => ({ key, ...more }) as KeyboardEvent;

test("a key is found with and without the shift key", () => {
  assert.equal(actionFor(actions, press("t"))?.label, "table");
  assert.equal(actionFor(actions, press("T", { shiftKey: true }))?.label, "table");
  assert.equal(actionFor(actions, press("?", { shiftKey: true }))?.label, "help");
  assert.equal(actionFor(actions, press("z")), undefined);
});

test("keys of the browser, of others and held down are left alone", () => {
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }, { defaultPrevented: true }, { isComposing: true }]) {
    assert.equal(actionFor(actions, press("t", more)), undefined, JSON.stringify(more));
  }
});

test("whoever writes is left alone", () => {
  const asked: string[] = [];
  const target = (inside: boolean): EventTarget =>
    ({ closest: (s: string) => (asked.push(s), inside ? {} : null) }) as unknown as EventTarget;
  assert.equal(actionFor(actions, press("t", { target: target(true) })), undefined);
  assert.equal(actionFor(actions, press("t", { target: target(false) }))?.label, "table");
  assert.match(asked[0]!, /dialog.*textarea.*input/);
});

class FakePage extends EventTarget {
  dialog = false;
  querySelector(): object | null {
    return this.dialog ? {} : null;
  }
  press(key: string): boolean {
    return this.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key }));
  }
}

test("listening ends with its signal and rests while a dialog is open", () => {
  const page = new FakePage();
  const abort = new AbortController();
  listenForKeys(actions, abort.signal, page as unknown as Document);
  assert.equal(page.press("t"), false, "the key is used up");
  assert.equal(page.press("q"), true);
  page.dialog = true;
  page.press("t");
  page.dialog = false;
  page.press("2");
  abort.abort();
  page.press("t");
  assert.deepEqual(ran, ["t", "2"]);
});

test("the help's rows gather keys of one label", () => {
  assert.deepEqual(keyRows([...actions, action("4", "table")]), [
    { label: "help", keys: ["?"], range: false },
    { label: "table", keys: ["t", "4"], range: false },
    { label: "layer", keys: ["1", "3"], range: true },
  ]);
});

test("a key that the open tool answers is in the help, and none of the page's", () => {
  const all: KeyAction[] = [{ key: " ", label: "replay" }, action("d", "explore")];
  assert.equal(actionFor(all, press(" ")), undefined);
  assert.deepEqual(keyRows(all).map(({ keys }) => keys), [[" "], ["d"]]);
});
