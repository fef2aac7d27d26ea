package doctor

import (
	"bytes"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

const zoneOfSettings = "zones = [{ lat = 48.02, lon = 7.7822, radius_m = 300 }]"

// copyBuilt copies the built folder, so that a test may damage it, and returns where its settings are.
func copyBuilt(t *testing.T) (dir, settings string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(built)); err != nil {
		t.Fatal(err)
	}
	// The page is to be younger than the settings.
	now := time.Now()
	if err := os.Chtimes(filepath.Join(dir, "heatmap.toml"), now, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, "heatmap.toml")
}

// here checks the folder whose settings are in path.
func here(t *testing.T, path string, opts Options) *Report {
	t.Helper()
	cfg, err := config.Load(path)
	r, err := Here(t.Context(), cfg, err, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// put writes a file of a test.
func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// alter changes the text of a file.
func alter(t *testing.T, path, old, new string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s has no %q", path, old)
	}
	put(t, path, strings.Replace(string(text), old, new, 1))
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

func cutOff(t *testing.T, path string, bytes int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, info.Size()-bytes)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestHere damages one thing after the other.
func TestHere(t *testing.T) {
	cases := []struct {
		name   string
		damage func(t *testing.T, dir string)
		want   []string
		says   string
	}{
		{"all is well", func(*testing.T, string) {}, nil, "6 activities"},
		{"mistyped key", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "max_zoom", "max_zom")
		}, []string{"settings fault"}, `did you mean "max_zoom"?`},
		{"two mistakes", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "max_zoom = 15", "max_zoom = 99\nmin_zoom = 98")
		}, []string{"settings fault", "settings fault"}, "heatmap.toml:"},
		{"no settings", func(t *testing.T, dir string) { os.Remove(dir + "/heatmap.toml") }, []string{"settings fault"}, "heatmapgen init"},
		{"no source", func(t *testing.T, dir string) { os.RemoveAll(dir + "/tracks") }, []string{"source fault"}, "there is no file or folder"},
		{"empty source", func(t *testing.T, dir string) {
			os.RemoveAll(dir + "/tracks")
			os.Mkdir(dir+"/tracks", 0o755)
		}, []string{"source warning"}, "0 activities"},
		{"export cut off", func(t *testing.T, dir string) {
			put(t, dir+"/export.zip", "PK\x03\x04 and no more")
			alter(t, dir+"/heatmap.toml", "type = \"files\"\npath = \"tracks\"", "type = \"strava\"\npath = \"export.zip\"")
		}, []string{"source fault"}, "export.zip"},
		{"no key", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "type = \"files\"\npath = \"tracks\"", `type = "intervals"`)
		}, []string{"source warning", "key warning"}, "no key for intervals.icu"},
		{"key in .env", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "type = \"files\"\npath = \"tracks\"", `type = "intervals"`)
			put(t, dir+"/.env", "INTERVALS_ICU_API_KEY=s3cr3t\n")
		}, []string{"source warning"}, "The key for intervals.icu is set"},
		{"no key for basemaps", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "[render]", "[page]\nstadia_api_key_env = \"STADIA\"\n[render]")
		}, []string{"key warning"}, "STADIA is not set"},
		{"no map", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "[render]", "[[page.basemap]]\nid = \"a\"\npmtiles = \"area.pmtiles\"\n[render]")
		}, []string{"basemap fault"}, "heatmap.toml:9: there is no map"},
		{"no basemap", func(t *testing.T, dir string) {
			alter(t, dir+"/site/index.html", `"basemaps":[]`, `"basemaps":[{"id":"a","title":"A","pmtiles":"basemap.a.pmtiles?v=0123456789abcdef"}]`)
		}, []string{"basemap fault"}, "which the page names, is not there"},
		{"basemap of another page", func(t *testing.T, dir string) { put(t, dir+"/site/basemap.a.pmtiles", "PMTiles") }, []string{"published warning"}, "basemap.a.pmtiles"},
		{"no zone", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", zoneOfSettings, "")
		}, []string{"privacy warning"}, "where you live"},
		{"zone that hides nothing", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "lat = 48.02, lon = 7.7822", "lat = 7.7822, lon = 48.02")
		}, []string{"rules fault"}, "heatmap.toml:6: zone 1 of [privacy] hides nothing: no activity comes near 7.8, 48.0, but near 48.0, 7.8: are lat and lon swapped?"},
		{"zone that may hide nothing", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "lat = 48.02, lon = 7.7822, radius_m = 300 }]", "lat = 1, lon = 2, radius_m = 300 }]\nallow_unused_zones = true")
		}, []string{"rules warning"}, "heatmap.toml:6: zone 1 of [privacy] hides nothing: no activity comes near 1.0, 2.0."},
		{"rules about nothing", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "[render]", "[filter]\nsports = [\"Run\", \"Rowing\"]\nexclude = [\"files:9.gpx\"]\n[render]")
			put(t, dir+"/overrides.json", `{"version": 1, "activities": {"files:gone.gpx": {"exclude": true}}}`)
		}, []string{"rules warning", "rules warning", "rules warning"}, `heatmap.toml:8: no activity is a Rowing, which "sports" in [filter] asks for; there are Run 6.`},
		{"home in the sea", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "[render]", "[home]\nlat = 7.8\nlon = 48\n[filter]\nradius_km = 10\n[render]")
		}, []string{"rules fault"}, `heatmap.toml:8: "radius_km" in [filter] leaves nothing, as none of 6 activities starts within 10 km of [home] at 7.8, 48.0, but of 48.0, 7.8: are lat and lon swapped?`},
		{"overrides damaged", func(t *testing.T, dir string) { put(t, dir+"/overrides.json", "{") }, []string{"rules fault"}, "overrides.json:1:"},
		{"zones of an export damaged", func(t *testing.T, dir string) {
			put(t, dir+"/tracks/privacy_zones.csv", "Address,Radius,Latitude & Longitude\nSecret Lane 8,0.50 kilometers,\nSecret Lane 9,?,\"48.02, 7.78\"\n")
		}, []string{"privacy fault", "privacy warning"}, "privacy_zones.csv:2: the zone in this row cannot be hidden: its coordinates are not understood; correct the row"},
		{"zones of an export empty, and not to be obeyed", func(t *testing.T, dir string) {
			put(t, dir+"/tracks/privacy_zones.csv", "")
			alter(t, dir+"/heatmap.toml", "[render]", "use_strava_zones = false\n[render]")
		}, nil, "1 privacy zone is set"},
		{"zones and names", func(t *testing.T, dir string) {
			alter(t, dir+"/heatmap.toml", "[render]", "publish_names = true\n[render]")
		}, []string{"privacy warning"}, "publish_names"},
		{"cache damaged", func(t *testing.T, dir string) {
			put(t, dir+"/.heatmapgen/tracks.sqlite", strings.Repeat("no database ", 1000))
			for _, more := range []string{"-wal", "-shm"} {
				os.Remove(dir + "/.heatmapgen/tracks.sqlite" + more)
			}
		}, []string{"cache warning"}, "damaged"},
		{"rows of the cache damaged", func(t *testing.T, dir string) {
			query(t, dir+"/.heatmapgen/tracks.sqlite", "UPDATE track SET data = zeroblob(length(data))")
		}, []string{"cache warning"}, "its checksum is wrong"},
		{"cache of another version", func(t *testing.T, dir string) {
			query(t, dir+"/.heatmapgen/tracks.sqlite", "PRAGMA user_version = 1")
		}, []string{"cache warning"}, "made by another version"},
		{"cache is a file", func(t *testing.T, dir string) {
			os.RemoveAll(dir + "/.heatmapgen")
			put(t, dir+"/.heatmapgen", "")
		}, []string{"cache fault"}, "is not a folder"},
		{"no cache yet", func(t *testing.T, dir string) { os.RemoveAll(dir + "/.heatmapgen") }, nil, "disk are free"},
		{"leftovers", func(t *testing.T, dir string) {
			put(t, dir+"/.heatmapgen/.pieces.heatmapgen-0123456789abcdef", "x")
			put(t, dir+"/site/.heatmap.pmtiles.heatmapgen-0123456789abcdef", "x")
			put(t, dir+"/site/.heatmap.pmtiles.tmp-0123456789abcdef", "x")
			put(t, dir+"/site/.index.html.tmp-12345", "x")
		}, []string{"leftovers warning", "leftovers warning"}, "3 temporary files lie"},
		{"no site", func(t *testing.T, dir string) { os.RemoveAll(dir + "/site") }, []string{"page warning"}, "heatmapgen build"},
		{"site is a file", func(t *testing.T, dir string) {
			os.RemoveAll(dir + "/site")
			put(t, dir+"/site", "")
		}, []string{"page fault"}, "not a folder"},
		{"no page", func(t *testing.T, dir string) { os.Remove(dir + "/site/index.html") }, []string{"page fault"}, "heatmapgen html"},
		{"page cut off", func(t *testing.T, dir string) {
			if err := os.Truncate(dir+"/site/index.html", 3000); err != nil {
				t.Fatal(err)
			}
		}, []string{"page fault"}, "cut off"},
		{"page altered", func(t *testing.T, dir string) {
			alter(t, dir+"/site/index.html", "</script>\n</body>", ";1</script>\n</body>")
		}, []string{"page fault"}, "altered"},
		{"settings changed since", func(t *testing.T, dir string) {
			later := time.Now().Add(time.Hour)
			if err := os.Chtimes(dir+"/heatmap.toml", later, later); err != nil {
				t.Fatal(err)
			}
		}, []string{"age warning"}, "was changed after"},
		{"no archive", func(t *testing.T, dir string) { os.Remove(dir + "/site/heatmap.pmtiles") }, []string{"archive fault"}, "no archive"},
		{"archive cut off", func(t *testing.T, dir string) { cutOff(t, dir+"/site/heatmap.pmtiles", 500) }, []string{"archive fault"}, "cut off"},
		{"archive of another build", func(t *testing.T, dir string) { flipLast(t, dir+"/site/heatmap.pmtiles", 100) }, []string{"match fault"}, "another build"},
		{"archive without its days", func(t *testing.T, dir string) {
			put(t, dir+"/site/heatmap.pmtiles", string(withoutDays(t)))
		}, []string{"archive fault"}, "6 different days, but lists 0"},
		{"archive of Git LFS", func(t *testing.T, dir string) {
			put(t, dir+"/site/heatmap.pmtiles", "version https://git-lfs.github.com/spec/v1\n")
		}, []string{"archive fault"}, "Git LFS"},
		{"archive with the wrong name", func(t *testing.T, dir string) {
			makeMBTiles(t, dir+"/site/heatmap.mbtiles")
			if err := os.Rename(dir+"/site/heatmap.mbtiles", dir+"/site/heatmap.pmtiles"); err != nil {
				t.Fatal(err)
			}
		}, []string{"archive fault"}, "is a mbtiles file"},
		{"as deployed", func(t *testing.T, dir string) {
			name := dir + "/site/heatmap.pmtiles"
			version, err := generator.ArchiveVersion(name)
			if err == nil {
				err = os.Rename(name, dir+"/site/heatmap."+version+".pmtiles")
			}
			if err != nil {
				t.Fatal(err)
			}
			put(t, dir+"/site/index.html", string(pageWith(newHost(t), "heatmap."+version+".pmtiles")))
		}, nil, "belong together"},
		{"two archives", func(t *testing.T, dir string) { makeMBTiles(t, dir+"/site/heatmap.mbtiles") }, []string{"two warning"}, "which the page does not use"},
		{"page for the other format", func(t *testing.T, dir string) {
			os.Remove(dir + "/site/heatmap.pmtiles")
			makeMBTiles(t, dir+"/site/heatmap.mbtiles")
			put(t, dir+"/site/index.html", string(pageWith(newHost(t), "heatmap.mbtiles?v=0123456789abcdef")))
		}, []string{"match fault"}, "heatmap.mbtiles is sound"},
		{"page without a version", func(t *testing.T, dir string) {
			put(t, dir+"/site/index.html", string(pageWith(newHost(t), "heatmap.pmtiles")))
		}, []string{"match warning"}, "no version"},
		{"private files", func(t *testing.T, dir string) {
			put(t, dir+"/site/.env", "KEY=s3cr3t")
			put(t, dir+"/site/heatmap.toml", "")
			put(t, dir+"/site/run.fit.gz", "")
			put(t, dir+"/site/holiday.jpg", "")
			put(t, dir+"/site/CNAME", "")
			put(t, dir+"/site/.nojekyll", "")
			put(t, dir+"/site/robots.txt", "")
			put(t, dir+"/site/_headers", "")
		}, []string{"published fault", "published warning"}, "published with it: .env, heatmap.toml, run.fit.gz"},
		{"many other files", func(t *testing.T, dir string) {
			for _, c := range "abcdefgh" {
				put(t, dir+"/site/"+string(c)+".jpg", "")
			}
		}, []string{"published warning"}, "and 3 more"},
		{"too large for hosts", func(t *testing.T, dir string) {
			put(t, dir+"/site/.well-known/big", "")
			if err := os.Truncate(dir+"/site/.well-known/big", 101<<20); err != nil {
				t.Fatal(err)
			}
		}, []string{"size warning"}, "Cloudflare Pages (25 MiB a file), GitHub Pages (100 MiB a file)"},
		{"too large, and what helps", func(t *testing.T, dir string) {
			put(t, dir+"/site/.well-known/big", "")
			if err := os.Truncate(dir+"/site/.well-known/big", 101<<20); err != nil {
				t.Fatal(err)
			}
		}, []string{"size warning"}, "a lower tile_zoom in [render]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir, path := copyBuilt(t)
			c.damage(t, dir)
			r := here(t, path, options())
			want(t, r, c.want...)
			says(t, r, c.says)
			for _, f := range r.Findings {
				if strings.Contains(f.Text, "s3cr3t") {
					t.Errorf("a secret in %q", f.Text)
				}
			}
		})
	}
}

// flipLast changes a byte near the end of a file.
func flipLast(t *testing.T, path string, fromEnd int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-fromEnd] ^= 0xff
	put(t, path, string(data))
}

func TestHereDeep(t *testing.T) {
	opts := options()
	opts.Deep = true
	dir, path := copyBuilt(t)
	r := here(t, path, opts)
	want(t, r)
	says(t, r, "every tile")

	archive := filepath.Join(dir, "site", "heatmap.pmtiles")
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.LastIndex(data, []byte("IDAT"))
	data[i+30] ^= 0xff
	put(t, archive, string(data))
	want(t, here(t, path, opts), "archive fault")
}

// TestHereWithoutSettings looks at a site alone, as with --output.
func TestHereWithoutSettings(t *testing.T) {
	cfg := config.Default()
	cfg.Output, cfg.Cache = filepath.Join(built, "site"), filepath.Join(built, "none")
	r, err := Here(t.Context(), cfg, nil, options())
	if err != nil {
		t.Fatal(err)
	}
	want(t, r)
}

// TestHereLeavesNothing compares the folder before and after.
func TestHereLeavesNothing(t *testing.T) {
	dir, path := copyBuilt(t)
	names := func() (all []string) {
		fs.WalkDir(os.DirFS(dir), ".", func(name string, _ fs.DirEntry, _ error) error {
			all = append(all, name)
			return nil
		})
		return all
	}
	before := names()
	here(t, path, options())
	if after := names(); strings.Join(before, "\n") != strings.Join(after, "\n") {
		t.Errorf("before %q, after %q", before, after)
	}
}

func TestWriteText(t *testing.T) {
	r := &Report{Version: "1.2.3", Target: "https://example.org/"}
	r.add(GroupHost, "size", Warning, "It is large.", "make it smaller", "", "or not")
	r.add(GroupPage, "page", OK, "It is there.")
	var words, symbols, quiet strings.Builder
	for b, style := range map[*strings.Builder]Style{&words: {}, &symbols: {Symbols: true}, &quiet: {Quiet: true}} {
		if err := r.WriteText(b, style); err != nil {
			t.Fatal(err)
		}
	}
	for got, want := range map[string]string{
		words.String():   "https://example.org/\n\nPage\n  ok      It is there.\nHost\n  warning It is large.\n            make it smaller\n            or not\n\n0 faults, 1 warning.\n",
		symbols.String(): "https://example.org/\n\nPage\n  ✓ It is there.\nHost\n  ! It is large.\n      make it smaller\n      or not\n\n0 faults, 1 warning.\n",
		quiet.String():   "Host\n  warning It is large.\n            make it smaller\n            or not\n\n0 faults, 1 warning.\n",
	} {
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// query has SQLite change a database.
func query(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}
