package generator

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// besideConfig gives the configuration a file, beside which its secret is kept.
func (s *site) besideConfig() { s.cfg.File = filepath.Join(s.dir, "heatmap.toml") }

func TestSecretStays(t *testing.T) {
	s, _ := hiddenSite(t)
	s.besideConfig()
	s.mustBuild(2)
	path := filepath.Join(s.dir, SecretName)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the secret's file: %v, %v", info, err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Count(string(text), "place ") != 2 {
		t.Errorf("of two zones the file has\n%s", text)
	}
	before := s.archive()
	// The cache folder may go at any time.
	s.forgetCache()
	if s.mustBuild(1); !bytes.Equal(before, s.archive()) {
		t.Error("a second build without the cache hides other things")
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, text) {
		t.Errorf("a second build wrote\n%s", again)
	}
	for _, nonsense := range []string{"nonsense", "", "# only a comment\n", string(text) + "place 1 2 hidden 3 NaN\n", string(text) + "place 1 2\n", string(text) + "more\n"} {
		if err := os.WriteFile(path, []byte(nonsense), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.build(1); err == nil || !strings.Contains(err.Error(), SecretName+" is damaged") {
			t.Errorf("with the secret %q: %v", nonsense, err)
		}
	}
	if !bytes.Equal(before, s.archive()) {
		t.Error("a build with a damaged secret changed the site")
	}
}

func TestLostSecretStopsTheBuild(t *testing.T) {
	s, _ := hiddenSite(t)
	s.besideConfig()
	s.mustBuild(2)
	before := s.archive()
	if err := os.Remove(filepath.Join(s.dir, SecretName)); err != nil {
		t.Fatal(err)
	}
	var lost *LostSecretError
	if _, err := s.build(2); !errors.As(err, &lost) {
		t.Fatalf("without the secret of the site: %v", err)
	}
	if !bytes.Equal(before, s.archive()) {
		t.Error("a build without the secret changed the site")
	}
	opts := s.options(2)
	opts.NewSecret = true
	if _, err := Build(t.Context(), s.cfg, opts); err != nil {
		t.Fatal(err)
	}
	// What is hidden and where lines are cut hangs on no secret: who has both copies has one.
	if !bytes.Equal(before, s.archive()) {
		t.Error("with a new secret lines are cut at other places")
	}
}

// Who sets the first zone has no secret yet, and is not asked for one.
func TestFirstZoneNeedsNoSecret(t *testing.T) {
	s, _ := hiddenSite(t)
	s.besideConfig()
	zones := s.cfg.Privacy.Zones
	s.cfg.Privacy.Zones, s.cfg.Privacy.UseStravaZones = nil, false
	s.mustBuild(2)
	if _, err := os.Stat(filepath.Join(s.dir, SecretName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a build without zones made a secret (%v)", err)
	}
	s.cfg.Privacy.Zones = zones
	s.mustBuild(2)
}

func TestSecretOfEarlierVersionsMoves(t *testing.T) {
	s, _ := hiddenSite(t)
	s.besideConfig()
	old := filepath.Join(s.cfg.Cache, SecretName)
	if err := os.MkdirAll(s.cfg.Cache, 0o700); err != nil {
		t.Fatal(err)
	}
	random := strings.Repeat("5a", 32)
	if err := os.WriteFile(old, []byte("# heatmapgen moves your privacy zones by this.\n"+random+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.mustBuild(2)
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the secret is in the cache folder still (%v)", err)
	}
	if text, err := os.ReadFile(filepath.Join(s.dir, SecretName)); err != nil || strings.Count(string(text), "place ") != 2 {
		t.Errorf("beside the configuration is %q, %v", text, err)
	}
}
