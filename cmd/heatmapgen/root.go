package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// configName is the configuration that is read when none is named.
const configName = "heatmap.toml"

// app is one run of the program: its surroundings and the global flags.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string

	config  string
	output  string
	yes     bool
	quiet   bool
	verbose bool
}

// run executes a command line and returns the exit code.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(ctx)
	printError(a.stderr, err)
	return exitCode(err)
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "heatmapgen",
		Short: "A heatmap of all your activities, in two files",
		Long: `heatmapgen draws a heatmap of everything you have recorded - from a Strava export,
from recordings in FIT, GPX, TCX, KML and other formats, or from intervals.icu -
and writes it as two files, a page and an archive of tiles, that any web host can
serve.

What to draw is said in heatmap.toml; "heatmapgen init" writes one to start from.

Exit codes:
  0    done
  1    something went wrong
  2    the command line or heatmap.toml is wrong, or a zone cannot be hidden
  3    nothing to draw: the selection leaves no activity
  4    verify found faults
  5    audit found a place that privacy zones are to hide
  6    doctor found faults
  7    build: far fewer activities than on the present site, which stays
  130  interrupted; the last good site is untouched`,
		Example: `  heatmapgen init             write heatmap.toml, then edit it
  heatmapgen build --serve    build the site and look at it
  heatmapgen verify           check the archive before uploading`,
		Version:       versionLine(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noSuchCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if a.quiet && a.verbose {
				return usage(cmd, "--quiet and --verbose exclude each other")
			}
			return nil
		},
	}
	// The command runs by itself only to show its help, which is not worth a line.
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "{{if .Runnable}}", "{{if and .Runnable .HasParent}}", 1))
	root.SetVersionTemplate("{{.Version}}\n")
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, "%v", err) })

	flags := root.PersistentFlags()
	flags.StringVarP(&a.config, "config", "c", configName, "read the settings from `file`")
	flags.StringVarP(&a.output, "output", "o", "", "put the site into `folder` instead of the one in the settings")
	flags.BoolVarP(&a.yes, "yes", "y", false, "do not ask before replacing a site or file")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "print nothing but errors and warnings")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "print details")
	_ = root.MarkPersistentFlagFilename("config", "toml")
	_ = root.MarkPersistentFlagDirname("output")

	root.AddCommand(a.initCommand(), a.buildCommand(), a.distCommand(), a.syncCommand(), a.htmlCommand(), a.serveCommand(), a.adminCommand(), a.studioCommand(),
		a.convertCommand(), a.verifyCommand(), a.auditCommand(), a.doctorCommand(), a.exportCommand(), a.deployCommand(), a.versionCommand())
	return root
}

// usage returns an error about the command line of cmd.
func usage(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...), cmd.CommandPath() + " --help"}
}

// noSuchCommand refuses arguments of the root command, which are mistyped
// commands.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("; did you mean %q?", near[0])
	}
	return usage(cmd, "there is no command %q%s", args[0], hint)
}

// noArguments refuses arguments of a command that takes none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage(cmd, "%s takes no arguments, but was given %q", cmd.Name(), strings.Join(args, " "))
}

// load reads the configuration and applies the global flags to it.
func (a *app) load() (*config.Config, error) {
	cfg, err := config.Load(a.config)
	if err != nil {
		return nil, err
	}
	return cfg, a.override(cfg)
}

// loadForSite is load for commands that only need to know where the site is: with
// --output, there need not be a configuration.
func (a *app) loadForSite() (*config.Config, error) {
	if _, err := os.Stat(a.config); a.output != "" && a.config == configName && errors.Is(err, fs.ErrNotExist) {
		cfg := config.Default()
		return cfg, a.override(cfg)
	}
	return a.load()
}

func (a *app) override(cfg *config.Config) error {
	if a.output == "" {
		return nil
	}
	if err := cfg.SetOutput(a.output); err != nil {
		return &usageError{message: err.Error()}
	}
	return nil
}

// options returns the options of a build that do not depend on the command.
func (a *app) options() generator.Options {
	return generator.Options{Progress: a.progress(), Warn: a.warn, Version: currentVersion(), Now: time.Now(), Getenv: a.getenv}
}

// warn prints what the user must not miss, even when asked to be quiet.
func (a *app) warn(text string) {
	fmt.Fprintf(a.stderr, "heatmapgen: warning: %s\n", text)
}

// say prints a line for the user, unless asked to be quiet.
func (a *app) say(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.stdout, format+"\n", args...)
	}
}
