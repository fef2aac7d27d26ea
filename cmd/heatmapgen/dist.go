package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
)

// distCommand is the build in steps, for several processes or machines.
func (a *app) distCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dist",
		Short: "Build the site in steps, spread over processes or machines",
		Long: `Build the site in five steps that share a folder or a bucket, for more activities than
one machine can take: a club, a race series, a city. The site is that of
"heatmapgen build", to the byte, however many processes work on it, in whatever order,
and however often one of them fails and is started again.

  plan       settles what holds for the whole; makes the folder
  map        reads one shard of the recordings; run it for each
  gather     judges them all and shares the painting out
  paint      paints one part; run it for each
  compose    writes the site
  remove     removes the files of the steps

All steps must be of one version of heatmapgen and find the recordings under the same
paths. A bucket is given by its address, as to "heatmapgen deploy", and credentials come
from the environment. Where nothing is shared, map, feed and paint read and write
streams that somebody else moves.

The files hold what is to be hidden and all tracks, uncut: keep them to yourself, and
remove them in the end.`,
		Example: `  heatmapgen dist plan --job work --shards 8
  heatmapgen dist map --job work --shard 0        ... 7
  heatmapgen dist gather --job work --parts 16
  heatmapgen dist paint --job work --part 0       ... 15
  heatmapgen dist compose --job work
  heatmapgen dist remove --job work

  heatmapgen dist plan --job "s3://my-jobs/map?region=eu-central-1" --shards 8

  heatmapgen dist map --plan plan --shard 0 --to - > map-00000
  heatmapgen dist feed --job work --part 0 | ssh other heatmapgen dist paint --from - --to - > work/paint-00000`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.distPlanCommand(), a.distMapCommand(), a.distGatherCommand(), a.distFeedCommand(), a.distPaintCommand(), a.distComposeCommand(), a.distRemoveCommand())
	return cmd
}

func (a *app) distPlanCommand() *cobra.Command {
	var place string
	var shards int
	var opts generator.Options
	cmd := &cobra.Command{
		Use: "plan --job PLACE", Short: "Settle what holds for the whole build", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needs(cmd, "job"); err != nil {
				return err
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			given := a.options()
			given.NewSecret, given.ForgetZones, given.ReplacePage = opts.NewSecret, opts.ForgetZones, opts.ReplacePage
			store, closeStore, err := openStore(cmd, place)
			if err != nil {
				return err
			}
			defer closeStore()
			report, err := generator.Plan(cmd.Context(), cfg, store, shards, given)
			if err != nil {
				return err
			}
			a.say("%d activities in %d shards", report.Read, shards)
			return nil
		},
	}
	addJobFlag(cmd, &place)
	cmd.Flags().IntVar(&shards, "shards", 1, "how many shards the recordings are read in")
	cmd.Flags().BoolVar(&opts.NewSecret, "new-secret", false, "hide the privacy zones by a new secret where that of the present site is lost or damaged")
	cmd.Flags().BoolVar(&opts.ForgetZones, "forget-zones", false, "go on although an export lists its privacy zones no more")
	addReplacePageFlag(cmd, &opts.ReplacePage)
	return cmd
}

func (a *app) distGatherCommand() *cobra.Command {
	var place string
	var parts int
	var allowFewer bool
	cmd := &cobra.Command{
		Use: "gather --job PLACE", Short: "Judge what was read and share the painting out", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needs(cmd, "job"); err != nil {
				return err
			}
			opts := a.options()
			opts.Fewer = func(context.Context, generator.Fewer) (bool, error) { return allowFewer, nil }
			job, closeJob, err := openJob(cmd, place, opts)
			if err != nil {
				return err
			}
			defer closeJob()
			report, err := job.Gather(cmd.Context(), parts)
			if err != nil {
				return err
			}
			a.say("%d of %d activities drawn, in %d parts", report.Drawn, report.Read, parts)
			return nil
		},
	}
	addJobFlag(cmd, &place)
	cmd.Flags().IntVar(&parts, "parts", 1, "how many parts the map is painted in")
	cmd.Flags().BoolVar(&allowFewer, "allow-fewer", false, "replace the site even by one with far fewer activities")
	return cmd
}

func (a *app) distComposeCommand() *cobra.Command {
	var place string
	var opts generator.Options
	var noAudit bool
	cmd := &cobra.Command{
		Use: "compose --job PLACE", Short: "Write the site", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needs(cmd, "job"); err != nil {
				return err
			}
			given := a.options()
			given.ReplacePage = opts.ReplacePage
			job, closeJob, err := openJob(cmd, place, given)
			if err != nil {
				return err
			}
			defer closeJob()
			report, err := job.Compose(cmd.Context())
			if err != nil {
				return err
			}
			if !a.quiet {
				if err := report.WriteTable(a.stdout); err != nil {
					return fmt.Errorf("printing the report: %w", err)
				}
			}
			a.say("The files of the job hold what the site hides; \"heatmapgen dist remove\" removes them.")
			if noAudit || !report.Hides {
				return nil
			}
			return a.check(cmd.Context(), job.Config(), report.ArchivePath)
		},
	}
	addJobFlag(cmd, &place)
	cmd.Flags().BoolVar(&noAudit, "no-audit", false, "do not attack what privacy zones hide when the site is built")
	addReplacePageFlag(cmd, &opts.ReplacePage)
	return cmd
}

func (a *app) distRemoveCommand() *cobra.Command {
	var place string
	cmd := &cobra.Command{
		Use: "remove --job PLACE", Short: "Remove the files of the steps", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needs(cmd, "job"); err != nil {
				return err
			}
			store, closeStore, err := openStore(cmd, place)
			if err != nil {
				return err
			}
			defer closeStore()
			removed, err := generator.RemoveJob(store)
			if err != nil {
				return err
			}
			a.say("%s removed from %s", plural(removed, "file"), store)
			return nil
		},
	}
	addJobFlag(cmd, &place)
	return cmd
}

// needs tells of a flag that is missing. What the plan has settled is not for the other steps to say.
func needs(cmd *cobra.Command, flags ...string) error {
	if cmd.Name() != "plan" {
		for _, name := range []string{"output", "config"} {
			if cmd.Flags().Changed(name) {
				return usage(cmd, "--%s belongs to \"heatmapgen dist plan\", which settles it for all steps", name)
			}
		}
	}
	for _, name := range flags {
		if !cmd.Flags().Changed(name) {
			return usage(cmd, "--%s is missing", name)
		}
	}
	return nil
}
