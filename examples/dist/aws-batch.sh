#!/bin/sh
# Submits the steps to AWS Batch, each to begin when the one before has succeeded. The job definition is aws-batch.json, with your image and file system:
#
#   aws batch register-job-definition --cli-input-json file://aws-batch.json
#
# The image needs a shell, as Batch tells a child of an array its number by a variable alone: heatmapgen in PATH on busybox, say, with the working directory /data. There, on
# EFS, lie heatmap.toml and the recordings; the folder of the job, "job", lies beside them, and is to be removed in the end.
#
#   aws-batch.sh QUEUE SHARDS PARTS    of both at least two, as of the children of any array
set -eu
queue=$1 shards=$2 parts=$3

# submit AFTER ARGUMENTS [SIZE] prints the id of a job that begins after another.
submit() {
  aws batch submit-job --job-queue "$queue" --job-definition heatmapgen --job-name heatmap --query jobId --output text \
    ${1:+--depends-on "jobId=$1"} ${3:+--array-properties "size=$3"} \
    --container-overrides "{\"command\": [\"sh\", \"-c\", \"exec heatmapgen --quiet dist $2\"]}"
}

plan=$(submit "" "plan --job job --shards $shards")
map=$(submit "$plan" 'map --job job --shard $AWS_BATCH_JOB_ARRAY_INDEX' "$shards")
gather=$(submit "$map" "gather --job job --parts $parts")
paint=$(submit "$gather" 'paint --job job --part $AWS_BATCH_JOB_ARRAY_INDEX' "$parts")
submit "$paint" "compose --job job"
