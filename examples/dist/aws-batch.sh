#!/bin/sh
# Submits the steps to AWS Batch, each to begin when the one before has succeeded. The job definition is aws-batch.json, with your image and file system:
#
#   aws batch register-job-definition --cli-input-json file://aws-batch.json
#
# The image needs a shell, as Batch tells a child of an array its number by a variable alone: heatmapgen in PATH on busybox, say, with the working directory /data. There, on
# EFS, lie heatmap.toml and the recordings; the files of the job lie beside them, in the folder "job", or in a bucket. In the end they are removed.
#
#   aws-batch.sh QUEUE SHARDS PARTS [ADDRESS]    of both at least two, as of the children of any array; ADDRESS such as "s3://bucket/job?region=eu-central-1", for which
#                                                the job definition needs a "jobRoleArn" that may use the bucket
set -eu
queue=$1 shards=$2 parts=$3 job=${4:-job}

# submit AFTER ARGUMENTS [SIZE] prints the id of a job that begins after another.
submit() {
  aws batch submit-job --job-queue "$queue" --job-definition heatmapgen --job-name heatmap --query jobId --output text \
    ${1:+--depends-on "jobId=$1"} ${3:+--array-properties "size=$3"} \
    --container-overrides "{\"command\": [\"sh\", \"-c\", \"exec heatmapgen --quiet dist $2 --job '$job'\"]}"
}

plan=$(submit "" "plan --shards $shards")
map=$(submit "$plan" 'map --shard $AWS_BATCH_JOB_ARRAY_INDEX' "$shards")
gather=$(submit "$map" "gather --parts $parts")
paint=$(submit "$gather" 'paint --part $AWS_BATCH_JOB_ARRAY_INDEX' "$parts")
compose=$(submit "$paint" compose)
submit "$compose" remove
