package config

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestOutputHoldsNothingPrivate tries outputs that would publish what must not be, by name and through links.
func TestOutputHoldsNothingPrivate(t *testing.T) {
	const text = `
cache = "work/cache"
[[source]]
type = "strava"
path = "exports/strava.zip"
[[source]]
type = "files"
path = "links/tracks"
`
	make := func(t *testing.T) string {
		dir := t.TempDir()
		for _, folder := range []string{"exports", "links", "elsewhere/tracks", "elsewhere/more", "site"} {
			if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for link, target := range map[string]string{"links/tracks": "elsewhere/tracks", "public": "elsewhere", "here": ".", "hidden": "work"} {
			if err := os.Symlink(filepath.Join(dir, target), filepath.Join(dir, link)); err != nil {
				t.Skip("no symbolic links here:", err)
			}
		}
		return dir
	}
	for output, want := range map[string]string{
		".":                 `the cache folder must not lie in the output folder, where it would be published with the site`,
		"work":              `the cache folder must not lie`,
		"work/cache":        `the cache folder must not lie`,
		"..":                `must not lie`,
		"here":              `must not lie`,
		"exports":           `exports/strava.zip" must not lie`,
		"links":             `links/tracks" must not lie`,
		"public":            `links/tracks" must not lie`,
		"elsewhere":         `links/tracks" must not lie`,
		"elsewhere/tracks":  `links/tracks" must not lie`,
		"here/exports":      `exports/strava.zip" must not lie`,
		"hidden":            "", // leads to where there is nothing yet
		"site":              "",
		"elsewhere/more":    "",
		"links/tracks/site": "",
		"new/site":          "",
	} {
		t.Run(output, func(t *testing.T) {
			dir := make(t)
			check := func(err error) {
				t.Helper()
				if want == "" {
					if err != nil {
						t.Errorf("refused: %v", err)
					}
				} else if err == nil || !strings.Contains(filepath.ToSlash(err.Error()), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
			file := filepath.Join(dir, "heatmap.toml")
			write := func(text string) {
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			write("output = \"" + output + "\"\n" + text)
			_, err := Load(file)
			check(err)
			var settings *Error
			if want != "" && !errors.As(err, &settings) {
				t.Errorf("%T is no mistake in the settings", err)
			}

			// The flag is checked like the setting.
			write(text)
			cfg, err := Load(file)
			if err != nil {
				t.Fatal(err)
			}
			check(cfg.SetOutput(filepath.Join(dir, output)))
			if want == "" && cfg.Output != filepath.Join(dir, output) || want != "" && cfg.Output != filepath.Join(dir, "site") {
				t.Errorf("the output is %s now", cfg.Output)
			}
		})
	}
}

// TestFaultsNameTheSetting has the output left out, so that another key is to blame.
func TestFaultsNameTheSetting(t *testing.T) {
	_, err := Parse([]byte("[[source]]\ntype = \"files\"\npath = \"site/tracks\"\n"), "heatmap.toml")
	if err == nil || err.Error() != `heatmap.toml:3: "path" in [[source]] is wrong: the source "site/tracks" must not lie in the output folder, where it would be published with the site` {
		t.Errorf("got %v", err)
	}
}

// TestSettingsStayPrivate links heatmap.toml to another folder; neither folder may be published.
func TestSettingsStayPrivate(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	text := "cache = " + strconv.Quote(filepath.ToSlash(t.TempDir())) + "\n"
	if err := os.WriteFile(filepath.Join(elsewhere, "settings.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "heatmap.toml")
	if err := os.Symlink(filepath.Join(elsewhere, "settings.toml"), file); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	cfg, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, output := range []string{dir, elsewhere} {
		if err := cfg.SetOutput(output); err == nil || !strings.Contains(err.Error(), "heatmap.toml must not lie in the output folder") {
			t.Errorf("output %s: %v", output, err)
		}
	}
	if err := cfg.SetOutput(filepath.Join(elsewhere, "site")); err != nil {
		t.Error(err)
	}
	cfg.File = filepath.Join(t.TempDir(), "heatmap.toml")
	if err := os.Symlink(dir, filepath.Join(filepath.Dir(cfg.File), ".env")); err != nil {
		t.Fatal(err)
	}
	if err := cfg.SetOutput(dir); err == nil || !strings.Contains(err.Error(), "the file .env must not lie in the output folder") {
		t.Errorf("where .env leads to: %v", err)
	}
}
