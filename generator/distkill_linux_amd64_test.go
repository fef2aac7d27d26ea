package generator

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/internal/scratch"
)

// stepVar makes the test binary a process that runs a step of the job in the folder of that name: the first shard or part.
const stepVar = "HEATMAPGEN_TEST_STEP"

func stepMain() {
	step, dir, ok := strings.Cut(os.Getenv(stepVar), " ")
	if !ok {
		return
	}
	job, err := OpenJob(JobFolder(dir), Options{Workers: 1, Version: "test"})
	if err == nil {
		run := map[string]func(*Job, context.Context, int) error{"map": (*Job).Map, "paint": (*Job).Paint}[step]
		err = run(job, context.Background(), 0)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// A step that is killed between two writes of its file, or before that is synced or gets its name, leaves nothing that is taken for it, and the next attempt makes the site of a build in one.
func TestStepsKilledBetweenWrites(t *testing.T) {
	ctx := context.Background()
	s := newSite(t)
	for i := range 12 {
		s.run(fmt.Sprintf("run%d.gpx", i), uint64(i+1), 48.1+0.1*float64(i), 9.2, 2000)
	}
	dir, open := s.plan(1)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// ordeal kills a step before each of the calls by which its file comes about.
	ordeal := func(step, name string) {
		t.Helper()
		path := filepath.Join(dir, name)
		// attempt runs the step until the call at that place, 0 for to its end, and returns the calls that it came to.
		attempt := func(at int) (calls []string) {
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), stepVar+"="+step+" "+dir)
			begun := false
			got := trace(t, cmd, func(number uint64, of string) verdict {
				its := strings.Contains(of, "/."+name+".heatmapgen-")
				begun = begun || its
				call := fileCalls[number]
				if its && (call == "write" || call == "fsync") || begun && strings.HasPrefix(call, "rename") {
					calls = append(calls, call)
					return verdict{kill: len(calls) == at}
				}
				return verdict{}
			})
			if at == 0 && (!got.status.Exited() || got.status.ExitStatus() != 0) {
				t.Fatalf("%s: %v, %s", step, got.status, got.output)
			}
			if at > 0 && !got.status.Signaled() {
				t.Fatalf("%s ended before call %d: %v, %s", step, at, got.status, got.output)
			}
			return calls
		}
		all := attempt(0)
		named := slices.IndexFunc(all, func(call string) bool { return strings.HasPrefix(call, "rename") })
		writes := 0
		for _, call := range all {
			if call == "write" {
				writes++
			}
		}
		if named < 0 || writes < 3 {
			t.Fatalf("%s makes the calls %q, so this tests little", step, all)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		killed := 0
		for at := 1; at <= named+1; at++ {
			if os.Getenv(proofVar) != "1" && all[at-1] == "write" && at%3 != 2 {
				continue // a third of the writes will do
			}
			killed++
			attempt(at)
			if isFile(path) {
				t.Errorf("%s, killed before call %d of %q, has left its file", step, at, all)
			}
		}
		t.Logf("%s was killed %d times, before calls of %q", step, killed, all[:named+1])
		attempt(0)
	}
	ordeal("map", shardName(0))
	if _, err := open().Gather(ctx, 1); err != nil {
		t.Fatal(err)
	}
	ordeal("paint", partName(0))
	if _, err := open().Compose(ctx); err != nil {
		t.Fatal(err)
	}
	if left, _ := scratch.Count(dir); left == 0 {
		t.Error("the dead processes have left nothing, so this tests nothing of what becomes of it")
	}
	if _, err := RemoveJob(JobFolder(dir)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder of the job is still there")
	}
	spread := siteFiles(t, s.cfg.Output)
	if err := os.RemoveAll(s.cfg.Output); err != nil {
		t.Fatal(err)
	}
	s.mustBuild(2)
	for name, data := range siteFiles(t, s.cfg.Output) {
		if string(spread[name]) != string(data) {
			t.Errorf("%s is another than of a build in one", name)
		}
	}
}
