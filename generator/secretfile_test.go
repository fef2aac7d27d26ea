package generator

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
)

// sealedSecret returns a secret of two places and an export, and its file's text.
func sealedSecret(t *testing.T) (secret, []byte) {
	t.Helper()
	s := secret{places: []activity.Place{
		{At: activity.LatLon{Lat: 48.99, Lon: 8.45}, Middle: activity.LatLon{Lat: 48.991234567, Lon: 8.451234567}},
		{At: activity.LatLon{Lat: -33.5, Lon: -70.25}, Middle: activity.LatLon{Lat: -33.501234567, Lon: -70.251234567}},
	}, exports: []listedExport{{"heatmap.toml", "../export of \"2023\"\nä"}, {"my \"map\".toml", "x.zip"}}}
	cfg := config.Default()
	cfg.File, cfg.Cache = filepath.Join(t.TempDir(), "heatmap.toml"), t.TempDir()
	if err := s.save(cfg); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(SecretPath(cfg))
	if err != nil {
		t.Fatal(err)
	}
	s.sealed = true
	return s, text
}

// Whatever byte of the file changes or is missing, what is read is what was written, or it is an error: no place is hidden by another disc.
func TestDamagedSecretHidesNothingElse(t *testing.T) {
	s, text := sealedSecret(t)
	if got, err := parseSecret(text); err != nil || !reflect.DeepEqual(got, s) {
		t.Fatalf("the file reads as %+v, %v", got, err)
	}
	harmless, found := 0, 0
	try := func(what string, at int, damaged []byte) {
		t.Helper()
		got, err := parseSecret(damaged)
		if err != nil {
			found++
			return
		}
		harmless++
		if !reflect.DeepEqual(got, s) {
			t.Errorf("with %s at byte %d it reads as %+v", what, at, got)
		}
	}
	for i := range text {
		for flip := 1; flip < 256; flip++ {
			damaged := bytes.Clone(text)
			damaged[i] ^= byte(flip)
			try("a byte flipped", i, damaged)
		}
		try("the end", i, text[:i])
		try("the beginning", i, text[i:])
		try("a byte missing", i, slices.Delete(bytes.Clone(text), i, i+1))
		try("a byte more", i, slices.Insert(bytes.Clone(text), i, '7'))
	}
	t.Logf("%d damages of %d bytes, %d of them found", found+harmless, len(text), found)
	// Those of the comment are not.
	if harmless > 256*(len(secretText)+3) || found < 200*(len(text)-len(secretText)) {
		t.Errorf("%d damages of %d bytes were found, %d were not", found, len(text), harmless)
	}
	// Two lines swapped, a line twice, a line gone.
	lines := strings.SplitAfter(string(text), "\n")
	for i := 1; i+2 < len(lines); i++ {
		swapped := slices.Clone(lines)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		try("lines swapped", i, []byte(strings.Join(swapped, "")))
		try("a line gone", i, []byte(strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "")))
		try("a line twice", i, []byte(strings.Join(slices.Insert(slices.Clone(lines), i, lines[i]), "")))
	}
	// The secrets of a CI service may change the ends of lines, and lose the last.
	for _, same := range []string{strings.ReplaceAll(string(text), "\n", "\r\n"), strings.TrimSpace(string(text)), strings.TrimPrefix(string(text), secretText), "\n" + string(text) + "\n"} {
		if got, err := parseSecret([]byte(same)); err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%q reads as %+v, %v", same, got, err)
		}
	}
}

func TestSecretOfEarlierVersionsIsSealed(t *testing.T) {
	s, _ := hiddenSite(t)
	s.besideConfig()
	s.mustBuild(2)
	path := filepath.Join(s.dir, SecretName)
	sealed, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(sealed), "\nsha256 ") {
		t.Fatalf("%q, %v", sealed, err)
	}
	before := s.archive()
	// As versions before the seal wrote it, with the export not remembered.
	var old []string
	for _, line := range strings.Split(string(sealed), "\n") {
		if !strings.HasPrefix(line, "sha256") && !strings.HasPrefix(line, "export") && !strings.HasPrefix(line, "#") {
			old = append(old, line)
		}
	}
	text := "# What heatmapgen needs to hide your privacy zones as it did before. Keep it, and keep it to yourself: see docs/privacy.md.\n" + strings.Repeat("5a", 32) + "\n" + strings.Join(old, "\n")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.mustBuild(2); !bytes.Equal(before, s.archive()) {
		t.Error("with the file of an earlier version something else is hidden")
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, sealed) {
		t.Errorf("it was written anew as %q, %v", again, err)
	}
}

func TestDamagedSecretStopsTheBuild(t *testing.T) {
	s, _ := hiddenSite(t)
	s.besideConfig()
	s.mustBuild(2)
	path := filepath.Join(s.dir, SecretName)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before := s.archive()
	// One digit of the disc's middle.
	i := bytes.Index(text, []byte("hidden 4")) + len("hidden 4")
	damaged := bytes.Clone(text)
	damaged[i] ^= 1
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	var is *DamagedSecretError
	if _, err := s.build(2); !errors.As(err, &is) || !strings.Contains(err.Error(), "--new-secret") || !strings.Contains(err.Error(), "checksum") || !strings.Contains(err.Error(), "Put the file back") {
		t.Fatalf("with a damaged secret: %v", err)
	}
	// Also where no zone is left that it would be needed for: what it remembers of exports is.
	zones := s.cfg.Privacy.Zones
	sources := s.cfg.Sources
	s.cfg.Privacy.Zones, s.cfg.Sources = nil, sources[:1]
	if _, err := s.build(2); !errors.As(err, &is) {
		t.Errorf("without zones and with a damaged secret: %v", err)
	}
	s.cfg.Privacy.Zones, s.cfg.Sources = zones, sources
	if !bytes.Equal(before, s.archive()) {
		t.Error("a build with a damaged secret changed the site")
	}
	opts := s.options(2)
	opts.NewSecret = true
	if _, err := Build(t.Context(), s.cfg, opts); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, text) {
		t.Errorf("the new secret is %q, %v", again, err)
	}
	s.mustBuild(2)
}
