package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"heatmapgen/activity/source/intervals/icutest"
)

// icuMain is "icu trouble config program args...": it runs a program beside a stand-in for intervals.icu whose
// address it writes into a configuration, for http://icu.invalid. The account has the recordings in the folder account, one
// for each day of May 2026, and an activity from Strava. Trouble is "none", the status to answer with to everything, or
// "interrupt" for Ctrl-C instead of an answer. Afterwards it says how often files were asked for.
func icuMain() {
	trouble, config := os.Args[1], os.Args[2]
	files, err := os.ReadDir("account")
	check(err)
	server := icutest.Start(icutest.Activity{ID: "17845", Source: "STRAVA", StartLocal: "2026-05-31T08:00:00"})
	defer server.Close()
	for i, f := range files {
		text, err := os.ReadFile("account/" + f.Name())
		check(err)
		server.Activities = append(server.Activities, icutest.Activity{
			ID: strings.TrimSuffix(f.Name(), ".gpx"), Name: "A secret place", Type: "Run", Source: "UPLOAD", Original: text,
			Start: fmt.Sprintf("2026-05-%02dT06:00:00Z", i+1), StartLocal: fmt.Sprintf("2026-05-%02dT08:00:00", i+1),
		})
	}
	started := make(chan *os.Process, 1)
	server.Before = func(w http.ResponseWriter, r *http.Request) bool {
		if trouble == "interrupt" {
			check((<-started).Signal(os.Interrupt))
			<-r.Context().Done()
			return true
		}
		code, err := strconv.Atoi(trouble)
		if err == nil {
			icutest.Answer(w, code, r.Header.Get("Authorization"))
		}
		return err == nil
	}
	text, err := os.ReadFile(config)
	check(err)
	check(os.WriteFile(config, []byte(strings.ReplaceAll(string(text), "http://icu.invalid", server.URL)), 0o600))
	cmd := exec.Command(os.Args[3], os.Args[4:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	check(cmd.Start())
	started <- cmd.Process
	var failed *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &failed) {
		check(err)
	}
	check(os.WriteFile(config, text, 0o600))
	n := 0
	for _, path := range server.Requests() {
		if strings.HasSuffix(path, "/file") {
			n++
		}
	}
	fmt.Printf("files asked for: %d\n", n)
	os.Exit(cmd.ProcessState.ExitCode())
}
