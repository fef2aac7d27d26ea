#!/bin/sh
# Submits the steps for ./heatmap.toml to SLURM, each to begin when the one before has succeeded. The working directory, the recordings and heatmapgen must be
# there under the same paths on every node.
#
#   slurm.sh JOB SHARDS PARTS [OPTION...]    JOB is a folder that is not there yet, or the address of a folder in a bucket; options go to every sbatch
set -eu
job=$1 shards=$2 parts=$3
shift 3
export job

# submit AFTER COMMAND OPTION... prints the id of a job that begins after another. Its command is tried three times; when a node is lost, SLURM
# puts what ran there back into the queue.
submit() {
  after=$1 command=$2
  shift 2
  sbatch --parsable --requeue --kill-on-invalid-dep=yes ${after:+--dependency=afterok:$after} --job-name=heatmap "$@" --wrap "
    export GOMAXPROCS=\${SLURM_CPUS_PER_TASK:-1}
    for attempt in 1 2 3; do
      heatmapgen --quiet dist $command && exit
    done
    exit 1"
}

plan=$(submit "" "plan --job \"\$job\" --shards $shards" "$@")
map=$(submit "$plan" 'map --job "$job" --shard $SLURM_ARRAY_TASK_ID' --array="0-$((shards - 1))" "$@")
gather=$(submit "$map" "gather --job \"\$job\" --parts $parts" "$@")
paint=$(submit "$gather" 'paint --job "$job" --part $SLURM_ARRAY_TASK_ID' --array="0-$((parts - 1))" "$@")
compose=$(submit "$paint" 'compose --job "$job"' "$@")
submit "$compose" 'remove --job "$job"' "$@"
