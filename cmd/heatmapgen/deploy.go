package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"heatmapgen/generator/config"
	"heatmapgen/site/deploy"
	"heatmapgen/site/deploy/bucket"
)

func (a *app) deployCommand() *cobra.Command {
	var dryRun bool
	var keep int
	cmd := &cobra.Command{
		Use:   "deploy [address]",
		Short: "Upload the site to a bucket or a folder",
		Long: `Upload the site that is built to S3 or what speaks like it, Google Cloud Storage,
Azure Blob Storage or a folder: to the address given, or to [deploy] url in
heatmap.toml. What is there already is not uploaded again.

The archive goes up first, under a name of its own, and the page last, so visitors
never meet half a site. Then archives of earlier deploys are removed. The one before
stays for pages that are still open somewhere, but only where it surely shows nothing
that the new one does not. What cannot be removed is named, with the exit code 1.

Credentials come from the environment, as for the tools of each cloud. An index.html
that heatmapgen did not make is replaced only with --yes or when you say so.`,
		Example: `  heatmapgen deploy "s3://my-bucket/map?region=eu-central-1" --dry-run
  heatmapgen deploy "s3://my-bucket?endpoint=https://s3.example.org&region=auto"
  heatmapgen deploy gs://my-bucket
  heatmapgen deploy 'azblob://$web'
  heatmapgen deploy file:///var/www/map`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "deploy takes one address at a time, but was given %d", len(args))
			}
			if keep < 0 {
				return usage(cmd, "--keep must be 0 or more")
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.loadForSite()
			if err != nil {
				return err
			}
			address := cfg.Deploy.URL
			if len(args) > 0 {
				address = args[0]
			}
			if address == "" {
				return usage(cmd, `deploy needs an address, such as "s3://bucket/folder"; give it here or as [deploy] url in %s`, a.config)
			}
			target, err := bucket.ParseTarget(address)
			if err != nil {
				return usage(cmd, "%v", err)
			}
			return a.deploy(cmd.Context(), cfg, target, keep, dryRun)
		},
	}
	cmd.Flags().BoolVarP(&dryRun, "dry-run", "n", false, "say what would be done, and do nothing")
	cmd.Flags().IntVar(&keep, "keep", 1, "leave up to this `number` of earlier archives, which show no more, for open pages")
	return cmd
}

// deploy brings a place up to date with the site.
func (a *app) deploy(ctx context.Context, cfg *config.Config, target *bucket.Target, keep int, dryRun bool) error {
	site, err := deploy.OpenSite(cfg.Output)
	if err != nil {
		return err
	}
	place, err := deploy.OpenPlace(ctx, target)
	if err != nil {
		return err
	}
	defer place.Close()
	plan, err := place.Plan(ctx, site, keep)
	if err != nil {
		return err
	}
	for _, note := range plan.Notes {
		fmt.Fprintln(a.stderr, "heatmapgen:", note)
	}
	if len(plan.Steps) == 0 {
		a.say("%s is up to date.", place)
		return nil
	}
	if len(cfg.Privacy.Zones) > 0 {
		a.say(`Privacy zones are set; "heatmapgen audit" tells whether the site keeps them.`)
	}
	if dryRun {
		for _, step := range plan.Steps {
			a.say("Would %s.", describe(step))
		}
		if plan.Stranger {
			a.say("The %s in %s was not made by heatmapgen; replacing it needs --yes.", deploy.PageName, place)
		}
		return nil
	}
	if plan.Stranger {
		ok, err := a.consent(ctx, fmt.Sprintf("%s holds an %s that heatmapgen did not make. Replace it?", place, deploy.PageName))
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%s holds an %s that heatmapgen did not make; choose another folder, or replace it with --yes", place, deploy.PageName)
		}
	}
	err = plan.Run(ctx, a.progress(), func(step deploy.Step) { a.say("Done: %s.", describe(step)) })
	if errors.Is(err, context.Canceled) {
		return &interruptedError{fmt.Sprintf("interrupted; %s shows one whole site, the old or the new, and deploying again completes it", place)}
	}
	if err != nil {
		return err
	}
	a.say("%s is up to date.", place)
	if len(plan.Kept) > 0 {
		a.say("Left for pages that are still open: %s of earlier deploys; --keep 0 leaves none.", plural(len(plan.Kept), "archive"))
	}
	if slices.ContainsFunc(plan.Steps, func(s deploy.Step) bool {
		return (s.Kind == deploy.RemoveArchive || s.Kind == deploy.RemoveBasemap) && s.Why != ""
	}) {
		a.say("A network in front of it (a CDN) may have kept what was removed for up to an hour; where that matters, purge it there (docs/deploy.md).")
	}
	return nil
}

// describe says what a step does.
func describe(s deploy.Step) string {
	size := humanize.Bytes(uint64(max(0, s.Size)))
	why := ""
	if s.Why != "" {
		why = ": " + s.Why
	}
	switch s.Kind {
	case deploy.RemoveArchive, deploy.RemoveBasemap:
		return fmt.Sprintf("remove %s (%s)%s", s.Name, size, why)
	case deploy.RemoveOld:
		return fmt.Sprintf("remove an old version of %s (%s)", s.Name, size)
	}
	return fmt.Sprintf("upload %s (%s)", s.Name, size)
}
