package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"heatmapgen/site/deploy/bucket/s3test"
)

// What flakyMain takes from the environment: a folder to keep notes in, and how long a step takes, in nanoseconds.
const (
	flakyNotes    = "HEATMAPGEN_TEST_NOTES"
	flakyDuration = "HEATMAPGEN_TEST_DURATION"
)

// flakyMain is "flaky program args...": it runs the program, but kills the first attempt at every second shard and part with SIGKILL: at once, or after a quarter, half or three
// quarters of the time that a step takes, in turn. Every kill is a line in the note "killed".
func flakyMain() {
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	check(cmd.Start())
	args := os.Args[slices.Index(os.Args, "dist")+1:]
	step, last := args[0], args[len(args)-1]
	if step == "map" || step == "paint" {
		number, err := strconv.Atoi(last)
		check(err)
		if note(step+last, "+") == 1 && number%2 == 0 {
			duration, err := strconv.Atoi(os.Getenv(flakyDuration))
			check(err)
			time.Sleep(time.Duration(number / 2 % 4 * duration / 4))
			check(cmd.Process.Kill())
		}
	}
	_ = cmd.Wait() // the state says it
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		os.Exit(code)
	}
	note("killed", step+"\n")
	os.Exit(137)
}

// note adds text to a note and returns how long it is then.
func note(name, text string) int64 {
	f, err := os.OpenFile(filepath.Join(os.Getenv(flakyNotes), name), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	check(err)
	_, err = f.WriteString(text)
	check(err)
	info, err := f.Stat()
	check(err)
	check(f.Close())
	return info.Size()
}

// A distSite is a small site that was built in one, and can be built in steps by a flaky program.
type distSite struct {
	t   *testing.T
	dir string
	env []string
	// want is the hash of each file of the site by name.
	want map[string][32]byte
}

const (
	distShards = 7
	distParts  = 11
)

func newDistSite(t *testing.T) *distSite {
	s := &distSite{t: t, dir: t.TempDir()}
	s.write("heatmap.toml", "output = \"site\"\n[[source]]\ntype = \"files\"\npath = \"files\"\n[filter]\nsports = []\n[render]\nmax_zoom = 14\nas_of = 2024-06-01\n")
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 40 {
		var track strings.Builder
		lat, lon := 48+0.2*random.Float64(), 9+0.2*random.Float64()
		at := time.Date(2020+i%4, 1, 1+i, 12, 0, 0, 0, time.UTC)
		for range 300 {
			lat, lon, at = lat+6e-5*random.Float64()-2e-5, lon+6e-5*random.Float64()-2e-5, at.Add(time.Second)
			fmt.Fprintf(&track, "<trkpt lat=\"%.6f\" lon=\"%.6f\"><ele>%.1f</ele><time>%s</time></trkpt>\n", lat, lon, 400+1e3*(lat-48), at.Format(time.RFC3339))
		}
		s.write(fmt.Sprintf("files/%d.gpx", i), "<gpx version=\"1.1\"><trk><type>running</type><trkseg>"+track.String()+"</trkseg></trk></gpx>")
	}
	program, err := exec.LookPath("heatmapgen") // as TestMain has put it there
	if err != nil {
		t.Fatal(err)
	}
	s.env = append(os.Environ(), "CI=true")
	s.mustRun(program, "--quiet", "build")
	s.want = s.hashes()

	// How long a step takes here: from a job that is begun for that alone.
	s.mustRun(program, "--quiet", "dist", "plan", "--job", "first", "--shards", strconv.Itoa(distShards))
	start := time.Now()
	s.mustRun(program, "--quiet", "dist", "map", "--job", "first", "--shard", "0")
	duration := time.Since(start)

	s.write("bin/heatmapgen", fmt.Sprintf("#!/bin/sh\nexec flaky %q \"$@\"\n", program))
	if err := os.Chmod(filepath.Join(s.dir, "bin", "heatmapgen"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.dir, "bin") + string(os.PathListSeparator) + os.Getenv("PATH")
	s.env = append(s.env, "PATH="+path, flakyNotes+"="+filepath.Join(s.dir, "notes"), fmt.Sprintf("%s=%d", flakyDuration, duration.Nanoseconds()))
	return s
}

func (s *distSite) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// run runs a program in the folder.
func (s *distSite) run(args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env = s.dir, s.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

func (s *distSite) mustRun(args ...string) {
	s.t.Helper()
	if err := s.run(args...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *distSite) hashes() map[string][32]byte {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, "site", "*"))
	if err != nil || len(files) != 2 {
		s.t.Fatalf("the site has %q, %v", files, err)
	}
	hashes := map[string][32]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		hashes[filepath.Base(file)] = sha256.Sum256(data)
	}
	return hashes
}

// again runs a command until it succeeds.
func (s *distSite) again(args ...string) error {
	var err error
	for range 20 {
		if err = s.run(args...); err == nil {
			return nil
		}
	}
	return err
}

// anyhow runs all steps with their files in a place, those with numbers three at a time and in any order, and some numbers twice and beside each other.
func (s *distSite) anyhow(job string) error {
	random := rand.New(rand.NewPCG(3, 4))
	program := filepath.Join(s.dir, "bin", "heatmapgen")
	all := func(n int, args ...string) error {
		numbers := random.Perm(n)
		for i := 0; i < n; i += 3 {
			numbers = slices.Insert(numbers, i, numbers[i])
		}
		queue, failed := make(chan int), make(chan error, len(numbers))
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				for number := range queue {
					failed <- s.again(append(slices.Concat([]string{program, "--quiet", "dist"}, args), strconv.Itoa(number))...)
				}
			})
		}
		for _, number := range numbers {
			queue <- number
		}
		close(queue)
		wait.Wait()
		close(failed)
		for err := range failed {
			if err != nil {
				return err
			}
		}
		return nil
	}
	s.mustRun(program, "--quiet", "dist", "plan", "--job", job, "--shards", strconv.Itoa(distShards))
	if err := all(distShards, "map", "--job", job, "--shard"); err != nil {
		return err
	}
	s.mustRun(program, "--quiet", "dist", "gather", "--job", job, "--parts", strconv.Itoa(distParts))
	if err := all(distParts, "paint", "--job", job, "--part"); err != nil {
		return err
	}
	s.mustRun(program, "--quiet", "dist", "compose", "--job", job)
	s.mustRun(program, "--quiet", "dist", "remove", "--job", job)
	return nil
}

// anyhowInBucket is anyhow with a bucket of a server that speaks S3, in which nothing may be left.
func (s *distSite) anyhowInBucket() error {
	server := s3test.Start(s.t)
	s.env = append(s.env, "AWS_ACCESS_KEY_ID="+s3test.Key, "AWS_SECRET_ACCESS_KEY="+s3test.Secret, "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	err := s.anyhow("s3://maps/job?region=" + s3test.Region + "&endpoint=" + url.QueryEscape(server.URL))
	if keys := server.Keys(s.t); len(keys) > 0 {
		s.t.Errorf("the bucket still holds %q", keys)
	}
	return err
}

// A build in steps whose processes are killed again and again, whoever runs them, makes the site of a build in one.
func TestDistOfKilledProcesses(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the executors are for a shell")
	}
	examples, err := filepath.Abs("../../examples/dist")
	if err != nil {
		t.Fatal(err)
	}
	s := newDistSite(t)
	shards, parts := strconv.Itoa(distShards), strconv.Itoa(distParts)
	for _, executor := range []struct {
		name, needs string
		run         func() error
	}{
		{"any order", "sh", func() error { return s.anyhow("job") }},
		{"bucket", "sh", s.anyhowInBucket},
		{"shell", "xargs", func() error { return s.run("sh", filepath.Join(examples, "local.sh"), "job", shards, parts, "3") }},
		{"make", "make", func() error {
			return s.again("make", "-f", filepath.Join(examples, "Makefile"), "-j", "3", "-k", "SHARDS="+shards, "PARTS="+parts)
		}},
	} {
		t.Run(executor.name, func(t *testing.T) {
			s.t = t
			if _, err := exec.LookPath(executor.needs); err != nil {
				t.Skip(err)
			}
			for _, folder := range []string{"site", "notes"} {
				if err := os.RemoveAll(filepath.Join(s.dir, folder)); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Mkdir(filepath.Join(s.dir, "notes"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := executor.run(); err != nil {
				t.Fatal(err)
			}
			if got := s.hashes(); !maps.Equal(got, s.want) {
				t.Errorf("the site is another than of a build in one: %x, not %x", got, s.want)
			}
			if _, err := os.Stat(filepath.Join(s.dir, "job")); err == nil {
				t.Error("the folder of the job is still there")
			}
			killed, err := os.ReadFile(filepath.Join(s.dir, "notes", "killed"))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("killed: map %d times, paint %d times", bytes.Count(killed, []byte("map\n")), bytes.Count(killed, []byte("paint\n")))
			for _, step := range []string{"map\n", "paint\n"} {
				if !bytes.Contains(killed, []byte(step)) {
					t.Errorf("nothing was killed in %s", step)
				}
			}
		})
	}
}
