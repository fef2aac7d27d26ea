#!/bin/sh
# Runs the steps as Jobs of a Kubernetes cluster, of version 1.29 or newer. The claim is of a volume that many nodes may write (ReadWriteMany), with heatmap.toml and the
# recordings, all of user 65532, as whom the image runs; the folder of the job, "job", lies beside them, and is to be removed in the end.
#
#   kubernetes.sh IMAGE CLAIM SHARDS PARTS    IMAGE is what the Dockerfile makes
set -eu
image=$1 claim=$2 shards=$3 parts=$4

# step NAME COUNT ARGUMENTS runs a step COUNT times, each up to four times until it succeeds, and waits for all.
step() {
  kubectl create -f - <<EOF
apiVersion: batch/v1
kind: Job
metadata:
  name: heatmap-$1
spec:
  completionMode: Indexed
  completions: $2
  parallelism: $2
  backoffLimitPerIndex: 3
  template:
    spec:
      restartPolicy: Never
      securityContext:
        fsGroup: 65532
      containers:
        - name: heatmapgen
          image: $image
          args: [--quiet, dist, $1, --job, job$3]
          resources:
            requests: {cpu: "1", memory: 1Gi}
            limits: {cpu: "1", memory: 1Gi}
          volumeMounts:
            - {name: data, mountPath: /data}
      volumes:
        - name: data
          persistentVolumeClaim: {claimName: $claim}
EOF
  until ended=$(kubectl get "job/heatmap-$1" -o 'jsonpath={.status.conditions[?(@.status=="True")].type}') && [ -n "$ended" ]; do
    sleep 5
  done
  case $ended in
  *Fail*)
    echo "heatmap-$1 failed; its pods' logs say why" >&2
    exit 1
    ;;
  esac
}

index='$(JOB_COMPLETION_INDEX)' # which Kubernetes puts in
step plan 1 ", --shards, '$shards'"
step map "$shards" ", --shard, $index"
step gather 1 ", --parts, '$parts'"
step paint "$parts" ", --part, $index"
step compose 1 ""
