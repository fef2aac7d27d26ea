package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"heatmapgen/generator"
)

func (a *app) distMapCommand() *cobra.Command {
	var place, plan, to, shard string
	cmd := &cobra.Command{
		Use: "map --job PLACE --shard NUMBER", Short: "Read one shard of the recordings", Args: noArguments,
		Example: `  heatmapgen dist map --job work --shard 0
  heatmapgen dist map --plan - --shard 0 --to - < plan > map-00000`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			required := []string{"shard", "job"}
			if plan != "" {
				required = []string{"shard", "to"}
			}
			if err := needs(cmd, required...); err != nil {
				return err
			}
			if plan != "" && place != "" {
				return usage(cmd, "--job has the plan; give that or --plan")
			}
			number, err := numberOf(cmd, "shard", shard)
			if err != nil {
				return err
			}
			return a.withPlan(cmd, place, plan, func(job *generator.Job) error {
				if to == "" {
					return job.Map(cmd.Context(), number)
				}
				return a.to(cmd, to, func(out io.Writer) error { return job.MapTo(cmd.Context(), number, out) })
			})
		},
	}
	addJobFlag(cmd, &place)
	cmd.Flags().StringVar(&shard, "shard", "", "which shard, counted from 0")
	cmd.Flags().StringVar(&plan, "plan", "", `the file of the plan, "-" for the standard input, in place of --job`)
	cmd.Flags().StringVar(&to, "to", "", `where the file of the shard goes that --job would have, "-" for the standard output`)
	return cmd
}

// withPlan calls f with the job of a place, or with one of which only the plan is known.
func (a *app) withPlan(cmd *cobra.Command, place, plan string, f func(job *generator.Job) error) error {
	if plan == "" {
		job, closeJob, err := openJob(cmd, place, a.options())
		if err != nil {
			return err
		}
		defer closeJob()
		return f(job)
	}
	var job *generator.Job
	err := a.from(plan, func(in io.Reader) (err error) {
		job, err = generator.ReadJob(in, a.options())
		return err
	})
	if err != nil {
		return err
	}
	return f(job)
}

func (a *app) distFeedCommand() *cobra.Command {
	var place, part, to string
	cmd := &cobra.Command{
		Use: "feed --job PLACE --part NUMBER", Short: "Write all that painting one part takes as one stream", Args: noArguments,
		Long: `Write all that painting one part takes as one stream: for "heatmapgen dist paint --from",
which runs where the place of the job cannot be seen.`,
		Example: `  heatmapgen dist feed --job work --part 0 | ssh other heatmapgen dist paint --from - --to - > work/paint-00000`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runNumbered(cmd, place, "part", part, func(job *generator.Job, ctx context.Context, number int) error {
				return a.to(cmd, to, func(out io.Writer) error { return job.Feed(ctx, number, out) })
			})
		},
	}
	addJobFlag(cmd, &place)
	cmd.Flags().StringVar(&part, "part", "", "which part, counted from 0")
	cmd.Flags().StringVar(&to, "to", "-", `where the stream goes: a file, "-" for the standard output`)
	return cmd
}

func (a *app) distPaintCommand() *cobra.Command {
	var place, part, from, to string
	cmd := &cobra.Command{
		Use: "paint --job PLACE --part NUMBER", Short: "Paint one part of the map", Args: noArguments,
		Example: `  heatmapgen dist paint --job work --part 0
  heatmapgen dist paint --from - --to - < feed > paint-00000`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from == "" && to == "" {
				return a.runNumbered(cmd, place, "part", part, (*generator.Job).Paint)
			}
			if err := needs(cmd, "from", "to"); err != nil {
				return err
			}
			if place != "" || part != "" {
				return usage(cmd, "what comes from \"heatmapgen dist feed\" says which part it is; --job and --part are not for --from")
			}
			return a.from(from, func(in io.Reader) error {
				return a.to(cmd, to, func(out io.Writer) error { return generator.PaintFeed(cmd.Context(), in, out, a.options()) })
			})
		},
	}
	addJobFlag(cmd, &place)
	cmd.Flags().StringVar(&part, "part", "", "which part, counted from 0")
	cmd.Flags().StringVar(&from, "from", "", `what "heatmapgen dist feed" wrote, "-" for the standard input, in place of --job and --part`)
	cmd.Flags().StringVar(&to, "to", "", `with --from: where the file of the part goes that --job would have, "-" for the standard output`)
	return cmd
}

// runNumbered runs a step for one of the numbers of what it is run for.
func (a *app) runNumbered(cmd *cobra.Command, place, what, given string, run func(*generator.Job, context.Context, int) error) error {
	if err := needs(cmd, "job", what); err != nil {
		return err
	}
	number, err := numberOf(cmd, what, given)
	if err != nil {
		return err
	}
	job, closeJob, err := openJob(cmd, place, a.options())
	if err != nil {
		return err
	}
	defer closeJob()
	return run(job, cmd.Context(), number)
}
