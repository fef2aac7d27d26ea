package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"heatmapgen/internal/atomicfile"
)

// TestMain makes the program, and helpers for what scripts cannot do by
// themselves, available to the scripts as commands.
func TestMain(m *testing.M) {
	commands := map[string]func(){
		"heatmapgen": main,
		"interrupt":  interruptMain,
		"browse":     browseMain,
		"corrupt":    corruptMain,
		"during":     duringMain,
		"icu":        icuMain,
		"flaky":      flakyMain,
	}
	maps.Copy(commands, helpers)
	testscript.Main(m, commands)
}

// TestScripts runs testdata/script. Each script begins with the problem that it
// prevents. Beside the usual commands there is
//
//	exits code program args...
//
// which runs a program and compares its exit code.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
		},
		Condition: condition,
	})
}

// condition adds [disk]: fulldisk can make its disk here.
func condition(name string) (bool, error) {
	if name != "disk" {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	if helpers["fulldisk"] == nil {
		return false, nil
	}
	dir, err := os.MkdirTemp("", "heatmapgen-disk-*")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	return exec.Command("fulldisk", dir, "64k").Run() == nil, nil
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// watch runs the program of a command line with its output passed on, calls heard
// for each line of it, and returns the exit code.
func watch(args []string, heard func(process *os.Process, line string)) int {
	cmd := exec.Command(args[0], args[1:]...)
	stdout, err := cmd.StdoutPipe()
	check(err)
	stderr, err := cmd.StderrPipe()
	check(err)
	check(cmd.Start())
	var mu sync.Mutex
	var wait sync.WaitGroup
	follow := func(from io.Reader, to io.Writer) {
		lines := bufio.NewScanner(from)
		for lines.Scan() {
			fmt.Fprintln(to, lines.Text())
			mu.Lock()
			heard(cmd.Process, lines.Text())
			mu.Unlock()
		}
	}
	wait.Go(func() { follow(stdout, os.Stdout) })
	wait.Go(func() { follow(stderr, os.Stderr) })
	wait.Wait()
	var failed *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &failed) {
		check(err)
	}
	return cmd.ProcessState.ExitCode()
}

// check ends a helper with an exit code that no script expects.
func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "test helper:", err)
		os.Exit(99)
	}
}

// interruptMain is "interrupt regexp program args...": it runs the program and
// presses Ctrl-C when a line of its output matches.
func interruptMain() {
	pattern := regexp.MustCompile(os.Args[1])
	os.Exit(watch(os.Args[2:], func(process *os.Process, line string) {
		if pattern.MatchString(line) {
			check(process.Signal(os.Interrupt))
		}
	}))
}

// browseMain is "browse path,path... program args...": it runs a program that
// prints an address, asks for each path there, says what it got, and presses Ctrl-C.
func browseMain() {
	paths := strings.Split(os.Args[1], ",")
	os.Exit(watch(os.Args[2:], func(process *os.Process, line string) {
		if !strings.HasPrefix(line, "http://") {
			return
		}
		for _, path := range paths {
			resp, err := http.Get(strings.TrimSuffix(line, "/") + path)
			check(err)
			n, err := io.Copy(io.Discard, resp.Body)
			check(err)
			resp.Body.Close()
			fmt.Printf("%s: %d %s, empty: %v\n", path, resp.StatusCode, resp.Header.Get("Content-Type"), n == 0)
		}
		check(process.Signal(os.Interrupt))
	}))
}

// duringMain is "during regexp program args...": it runs the program while another process holds the folder site, and again
// after that one has ended; only the first run may fail, saying what matches.
func duringMain() {
	held, err := atomicfile.Hold("site")
	check(err)
	pattern, said := regexp.MustCompile(os.Args[1]), false
	code := watch(os.Args[2:], func(_ *os.Process, line string) { said = said || pattern.MatchString(line) })
	if code != exitFailure || !said {
		check(fmt.Errorf("exit code %d, said: %t", code, said))
	}
	held.Release()
	os.Exit(watch(os.Args[2:], func(*os.Process, string) {}))
}

// corruptMain is "corrupt file offset": it flips the bits of one byte; a negative
// offset counts from the end.
func corruptMain() {
	data, err := os.ReadFile(os.Args[1])
	check(err)
	offset, err := strconv.Atoi(os.Args[2])
	check(err)
	if offset < 0 {
		offset += len(data)
	}
	data[offset] ^= 0xff
	check(os.WriteFile(os.Args[1], data, 0o644))
}
