package generator

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestCanonicalJSON(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		// RFC 8785, sections 3.2.2 and 3.2.3.
		{`{ "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }`,
			`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`},
		{`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"},
		{`[-0, 0.0, -1.5e-7, 1e21, 123456789012345680000, 9007199254740991, 5e-324, "\b\t\f<>&\u2028\u007f", {}, []]`,
			"[0,0,-1.5e-7,1e+21,123456789012345680000,9007199254740991,5e-324,\"\\b\\t\\f<>&\u2028\u007f\",{},[]]"},
	} {
		value, err := readJSON([]byte(tt.in))
		if err != nil {
			t.Fatal(err)
		}
		got, err := appendCanonical(nil, value)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s\nbecomes %s, %v\nwant    %s", tt.in, got, err, tt.want)
		}
		again, err := readJSON(got)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := appendCanonical(nil, again); err != nil || string(twice) != tt.want {
			t.Errorf("the second time %s becomes %s, %v", tt.want, twice, err)
		}
	}
	for _, bad := range []string{``, `{`, `1 2`, `[1e999]`, `{"a":1}}`} {
		if value, err := readJSON([]byte(bad)); err == nil {
			if got, err := appendCanonical(nil, value); err == nil {
				t.Errorf("%q becomes %s", bad, got)
			}
		}
	}
}

// anotherReader computes the digest of an archive by docs/format.md, in another language.
const anotherReader = `
const fs = require("fs"), zlib = require("zlib"), { createHash } = require("crypto");
const file = fs.readFileSync(process.argv[2]);
const u64 = (b, at) => Number(b.readBigUInt64LE(at));
const sha = (...parts) => { const h = createHash("sha256"); for (const p of parts) h.update(p); return h.digest(); };
function directory(bytes) {
  const b = zlib.gunzipSync(bytes);
  let at = 0;
  const number = () => { let v = 0n, s = 0n; for (;;) { const c = b[at++]; v |= BigInt(c & 127) << s; if (c < 128) return v; s += 7n; } };
  const n = Number(number()), entries = [];
  let id = 0n;
  for (let i = 0; i < n; i++) entries.push({ id: (id += number()) });
  for (const e of entries) e.run = Number(number());
  for (const e of entries) e.length = Number(number());
  entries.forEach((e, i) => { const v = Number(number()); e.offset = v === 0 ? entries[i - 1].offset + entries[i - 1].length : v - 1; });
  return entries;
}
function idat(png) {
  for (let at = 8; at < png.length;) {
    const n = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") return png.subarray(at + 8, at + 8 + n);
    at += 12 + n;
  }
}
function sum(archive, image) {
  const leaves = u64(archive, 40), data = u64(archive, 56);
  let total = 0n;
  const walk = (entries) => {
    for (const e of entries) {
      if (e.run === 0) { walk(directory(archive.subarray(leaves + e.offset, leaves + e.offset + e.length))); continue; }
      const id = Buffer.alloc(8);
      id.writeBigUInt64BE(e.id);
      const h = sha(id, image(archive.subarray(data + e.offset, data + e.offset + e.length)));
      total += (h.readBigUInt64BE(0) << 64n) + h.readBigUInt64BE(8);
    }
  };
  walk(directory(archive.subarray(u64(archive, 8), u64(archive, 8) + u64(archive, 16))));
  return (total & ((1n << 128n) - 1n)).toString(16).padStart(32, "0");
}
const meta = JSON.parse(zlib.gunzipSync(file.subarray(u64(file, 24), u64(file, 24) + u64(file, 32))));
const heat = meta.heatmapgen, data = u64(file, 56);
const digest = { activities: heat.activities.day.length, days: new Set(heat.activities.day.filter((d) => d !== 0)).size, tiles: {} };
heat.fields.forEach((f, i) => {
  if (f.zooms.length > 0) digest.tiles[f.id] = sum(i === 0 ? file : file.subarray(data + f.offset, data + f.offset + f.length), idat);
});
for (const set of ["lines", "squares"]) digest[set] = sum(file.subarray(data + heat[set].offset, data + heat[set].offset + heat[set].length), (block) => block);
const said = heat.digest;
delete heat.digest;
for (const f of [...heat.fields, heat.lines, heat.squares]) { delete f.offset; delete f.length; delete f.table; }
const canonical = (v) => Array.isArray(v) ? "[" + v.map(canonical).join(",") + "]"
  : v !== null && typeof v === "object" ? "{" + Object.keys(v).sort().map((k) => JSON.stringify(k) + ":" + canonical(v[k])).join(",") + "}" : JSON.stringify(v);
const { name, description, attribution, type, version } = meta;
digest.metadata = sha(canonical({ name, description, attribution, type, version, heatmapgen: heat })).toString("hex");
if (canonical(said) !== canonical(digest)) { console.log("the archive says", said, "but it is", digest); process.exit(1); }
console.log("agreed");
`

// TestAnotherReaderOfTheDigest holds docs/format.md to its word that the digest can be computed without this program.
func TestAnotherReaderOfTheDigest(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	s := newSite(t)
	s.cfg.Title = "Läufe & \"mehr\" <b>\u2028\t€"
	s.fill()
	s.mustBuild(2)
	script := filepath.Join(t.TempDir(), "reader.cjs")
	if err := os.WriteFile(script, []byte(anotherReader), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, script, filepath.Join(s.cfg.Output, ArchiveName)).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "agreed" {
		t.Errorf("%v: %s", err, out)
	}
}
