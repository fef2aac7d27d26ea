package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/site/audit"
)

func (a *app) buildCommand() *cobra.Command {
	var serveAfter, noAudit, allowFewer bool
	var opts generator.Options
	var addr string
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Build the site: the page and the archive",
		Long: `Read the activities, draw them and write the two files of the site. The old site
stays in place until the new one is complete. An index.html that heatmapgen did not
make is replaced only with --replace-page. With a source of type "intervals", what
is new at intervals.icu is fetched first.

A build ends, and the old site stays, when a source cannot be read, and when the new
site would lack more than a fifth of the activities of the old one although neither
[filter], [home], [privacy] nor overrides.json has changed: a folder that a sync client
emptied looks like that. --allow-fewer says that it is right.`,
		Example: `  heatmapgen build
  heatmapgen build --serve
  heatmapgen build --config running.toml --output public --yes
  heatmapgen build --allow-fewer     after a source was taken away`,
		Args:              noArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("addr") && !serveAfter {
				return usage(cmd, "--addr has no meaning without --serve")
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			if !serveAfter {
				return a.build(cmd.Context(), cfg, opts, !noAudit, allowFewer)
			}
			// The address comes first: a port in use should not cost a build.
			server, err := a.listen(cfg.Serve.Addr, addr)
			if err != nil {
				return err
			}
			defer server.Close()
			// A map that gives something away is shown here all the same, where nobody else sees it.
			var exposed *exposedError
			if err := a.build(cmd.Context(), cfg, opts, !noAudit, allowFewer); errors.As(err, &exposed) {
				printError(a.stderr, err)
			} else if err != nil {
				return err
			}
			return a.serve(cmd.Context(), server, cfg)
		},
	}
	cmd.Flags().BoolVar(&allowFewer, "allow-fewer", false, "replace the site even by one with far fewer activities")
	cmd.Flags().BoolVar(&serveAfter, "serve", false, "then show the site on this computer")
	cmd.Flags().BoolVar(&opts.NewSecret, "new-secret", false, "hide the privacy zones by a new secret where that of the present site is lost or damaged")
	cmd.Flags().BoolVar(&opts.ForgetZones, "forget-zones", false, "go on although an export lists its privacy zones no more")
	cmd.Flags().BoolVar(&noAudit, "no-audit", false, "do not attack what privacy zones hide when the site is built")
	addAddrFlag(cmd, &addr)
	addReplacePageFlag(cmd, &opts.ReplacePage)
	return cmd
}

// build builds the site unless the user would rather keep the one there is, or it would lose many activities and that is not allowed. given are the options that flags set. With check, what is hidden is
// attacked in the end.
func (a *app) build(ctx context.Context, cfg *config.Config, given generator.Options, check, allowFewer bool) error {
	page := filepath.Join(cfg.Output, generator.PageName)
	archive := filepath.Join(cfg.Output, generator.ArchiveFile(cfg))
	if exists(page) || exists(archive) {
		ok, err := a.confirm(ctx, fmt.Sprintf("Rebuild %s?", folder(cfg.Output)))
		if err != nil {
			return err
		}
		if !ok {
			a.say("%s stays as it is.", folder(cfg.Output))
			return nil
		}
	}
	opts, kept := a.options(), false
	opts.NewSecret, opts.ForgetZones, opts.ReplacePage = given.NewSecret, given.ForgetZones, given.ReplacePage
	opts.Fewer = func(ctx context.Context, fewer generator.Fewer) (bool, error) {
		switch {
		case allowFewer:
			// Even when quiet: a job in the night that may do this should not do it unseen.
			fmt.Fprintf(a.stderr, "heatmapgen: %s; --allow-fewer lets it\n", fewer.String())
			return true, nil
		case !isTerminal(a.stdin):
			return false, nil
		}
		ok, err := a.ask(ctx, fewer.String()+".\nReplace the site all the same?", "[y/N]", false)
		kept = err == nil && !ok
		return ok, err
	}
	var standing *atomicfile.StandingError
	report, err := generator.Build(ctx, cfg, opts)
	var fewer *generator.FewerError
	switch {
	case kept && errors.As(err, &fewer):
		a.say("%s stays as it is.", folder(cfg.Output))
		return nil
	case errors.As(err, &fewer):
		return fmt.Errorf("%w; each activity is in %s; if that is right, build with --allow-fewer", err, fewer.Report)
	case err != nil && ctx.Err() != nil && !errors.As(err, &standing):
		return &interruptedError{fmt.Sprintf("interrupted; %s is as it was", folder(cfg.Output))}
	case err != nil:
		return err
	case !a.quiet:
		if err := report.WriteTable(a.stdout); err != nil {
			return fmt.Errorf("printing the report: %w", err)
		}
	}
	if !check || !report.Hides {
		return nil
	}
	return a.check(ctx, cfg, report.ArchivePath)
}

// check attacks what the finished site hides, and says how that went where it hides anything.
func (a *app) check(ctx context.Context, cfg *config.Config, path string) error {
	found, err := audit.Site(ctx, path, cfg, "")
	if err != nil {
		return fmt.Errorf("auditing the site: %w", err)
	}
	to := a.stdout
	switch {
	case found.Exposed():
		to = a.stderr
	case a.quiet:
		return nil
	}
	if err := found.WriteVerdict(to); err != nil {
		return fmt.Errorf("printing the audit: %w", err)
	}
	if found.Exposed() {
		return &exposedError{fmt.Sprintf("%s is built, but gives away what is to be hidden; \"heatmapgen audit\" says more. Do not upload it before you have read that", folder(cfg.Output))}
	}
	return nil
}

// addReplacePageFlag adds the flag by which somebody else's page is replaced.
func addReplacePageFlag(cmd *cobra.Command, replace *bool) {
	cmd.Flags().BoolVar(replace, "replace-page", false, "replace an index.html that heatmapgen did not make")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// folder returns a folder's path as messages write it, with a slash at its end.
func folder(path string) string {
	return filepath.Clean(path) + string(filepath.Separator)
}
