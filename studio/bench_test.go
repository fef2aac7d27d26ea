package studio_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"heatmapgen/templates/browsertest"
)

// BenchmarkStudio chooses an export, the one that HEATMAPGEN_EXPORT names or else that of 500 activities in HEATMAPGEN_SHARED, and tells how long it takes until something is looked at, until
// the map is made and until it is on screen, in seconds, and how much memory the tab and all it has takes at most (on Linux), in MB.
func BenchmarkStudio(b *testing.B) {
	export := os.Getenv("HEATMAPGEN_EXPORT")
	if export == "" {
		export = filepath.Join(os.Getenv("HEATMAPGEN_SHARED"), "data", "export_500.zip")
	}
	if _, err := os.Stat(export); err != nil {
		b.Skip("HEATMAPGEN_EXPORT names no export")
	}
	chromium := browsertest.MustStart(b, nil)
	host := serve(b)
	var look, made, shown time.Duration
	most := 0
	for b.Loop() {
		tab := open(b, chromium, host.url)
		await[bool](b, tab, "heatmapgen.ready.then(() => true)")
		began := time.Now()
		choose(b, tab, export)
		first := time.Duration(0)
		for {
			s := await[state](b, tab, "heatmapgen.state()")
			most = max(most, memoryOf(chromedp.FromContext(chromium).Browser.Process().Pid))
			if s.Error != nil {
				b.Fatal(*s.Error)
			}
			if first == 0 && (len(s.Looks) > 0 || s.Maps > 0) {
				first = time.Since(began)
			}
			if s.Maps == 1 && !s.Busy {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		look, shown = look+first, shown+time.Since(began)
		words := await[string](b, tab, `document.querySelector(".status .note").textContent`)
		var seconds float64
		if _, err := fmt.Sscanf(words[strings.Index(words, " drawn in ")+len(" drawn in "):], "%f s", &seconds); err != nil {
			b.Fatalf("%q: %v", words, err)
		}
		made += time.Duration(seconds * float64(time.Second))
		tab.Cancel()
	}
	n := float64(b.N)
	b.ReportMetric(look.Seconds()/n, "look-s")
	b.ReportMetric(made.Seconds()/n, "made-s")
	b.ReportMetric(shown.Seconds()/n, "shown-s")
	b.ReportMetric(float64(most), "MB")
	b.ReportMetric(0, "ns/op")
}

// memoryOf returns how many MB the renderers of a browser take, what they share with others in equal parts; 0 where that is not known.
func memoryOf(browser int) (mb int) {
	if runtime.GOOS != "linux" {
		return 0
	}
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	parents := map[int]int{}
	for _, path := range all {
		stat, err := os.ReadFile(path)
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if err == nil && len(fields) > 1 {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			parents[pid], _ = strconv.Atoi(fields[1])
		}
	}
	for pid := range parents {
		above := pid
		for above != browser && above > 1 {
			above = parents[above]
		}
		command, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if above != browser || !bytes.Contains(command, []byte("--type=renderer")) {
			continue
		}
		rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		for line := range strings.Lines(string(rollup)) {
			if kb, ok := strings.CutPrefix(line, "Pss:"); ok {
				n, _ := strconv.Atoi(strings.Fields(kb)[0])
				mb += n / 1000
			}
		}
	}
	return mb
}
