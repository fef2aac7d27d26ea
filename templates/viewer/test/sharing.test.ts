import assert from "node:assert/strict";
import { test } from "node:test";
import { manifestOf } from "../src/homescreen.ts";
import { frameCode } from "../src/sharing.ts";

test("the code of a frame holds what is written to break out of it", () => {
  const code = frameCode("https://example.org/?a=1#12/47/9&sport=\"><script>", `"><script>alert(1)</script>`);
  assert.equal(code.match(/[<>]/g)!.length, 4, code);
  assert.ok(code.includes(`src="https://example.org/?a=1#12/47/9&amp;sport=&quot;&gt;&lt;script&gt;"`), code);
});

test("a manifest begins at the page, without what a link adds", () => {
  const manifest = manifestOf({ title: "Ways", description: "", language: "de", page: "https://example.org/maps/index.html?x=1#12/47/9" }, [{ src: "data:,", side: "any" }]);
  const { start_url: start, scope, id, lang } = manifest as Record<string, string>;
  assert.deepEqual([start, scope, id, lang], ["https://example.org/maps/index.html", "https://example.org/maps/", "https://example.org/maps/index.html", "de"]);
});
