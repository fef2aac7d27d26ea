#!/bin/sh
# Builds the site of ./heatmap.toml in steps, by processes of one core each on this machine. Needs only what POSIX has, and an xargs that knows -P.
#
#   local.sh JOB SHARDS PARTS PROCESSES    JOB is a folder that is not there yet, or the address of a folder in a bucket, and is removed in the end
set -eu
job=$1 shards=$2 parts=$3 processes=$4
export job GOMAXPROCS=1

# each STEP WHAT COUNT runs a step for the numbers below COUNT, each again until it succeeds, but no more than five times.
each() {
  seq 0 $(($3 - 1)) | xargs -n 1 -P "$processes" sh -c '
    for attempt in 1 2 3 4 5; do
      heatmapgen --quiet dist "$0" --job "$job" "--$1" "$2" && exit
    done
    exit 1' "$1" "$2"
}

heatmapgen dist plan --job "$job" --shards "$shards"
each map shard "$shards"
heatmapgen dist gather --job "$job" --parts "$parts"
each paint part "$parts"
heatmapgen dist compose --job "$job"
heatmapgen dist remove --job "$job"
