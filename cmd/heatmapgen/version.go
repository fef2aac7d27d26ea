package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"heatmapgen/generator"
)

// version is set by releases: go build -ldflags "-X main.version=0.1.0".
var version = generator.DevVersion

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "version",
		Short:             "Print the version",
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.stdout, versionLine())
			return err
		},
	}
}

// currentVersion returns the version without anything about its making, so that
// archives do not differ by it: the one given at the build, or else that of the
// released module that "go install" took.
func currentVersion() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(version, info)
}

func versionOf(stamped string, info *debug.BuildInfo) string {
	if stamped != generator.DevVersion || info == nil {
		return stamped
	}
	v := info.Main.Version
	if !strings.HasPrefix(v, "v") || strings.Contains(v, "+") || module.IsPseudoVersion(v) {
		return stamped
	}
	return strings.TrimPrefix(v, "v")
}

// versionLine returns the version and what it was made from.
func versionLine() string {
	info, _ := debug.ReadBuildInfo()
	return describeVersion(currentVersion(), info)
}

func describeVersion(v string, info *debug.BuildInfo) string {
	commit := ""
	if info != nil {
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		if revision := settings["vcs.revision"]; revision != "" {
			commit = fmt.Sprintf("commit %.12s, ", revision)
			if settings["vcs.modified"] == "true" {
				commit = fmt.Sprintf("commit %.12s with changes, ", revision)
			}
		}
	}
	return fmt.Sprintf("heatmapgen %s (%s%s, %s/%s)", v, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
