#!/bin/sh
# Runs the steps as Jobs of a Kubernetes cluster, of version 1.29 or newer. The claim is of a volume with heatmap.toml and the recordings, all of user 65532, as whom the image runs.
#
#   kubernetes.sh IMAGE CLAIM SHARDS PARTS                   IMAGE is what the Dockerfile makes
#   kubernetes.sh IMAGE CLAIM SHARDS PARTS ADDRESS ACCOUNT   keeps the files of the job in a bucket, which the service account ACCOUNT may use
#
# Without an address they lie on the volume, in "job", so that many nodes must be allowed to write it (ReadWriteMany), and to mount it for painting. With one, painters mount no volume.
# In the end the files of the job are removed.
set -eu
image=$1 claim=$2 shards=$3 parts=$4 job=${5:-job} account=${6:-default}

# step NAME COUNT ARGUMENTS runs a step COUNT times, each up to four times until it succeeds, and waits for all.
step() {
  volumes="
          volumeMounts:
            - {name: data, mountPath: /data}
      volumes:
        - name: data
          persistentVolumeClaim: {claimName: $claim}"
  case $1$job in
  paint*://*) volumes= ;;
  esac
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
      serviceAccountName: $account
      securityContext:
        fsGroup: 65532
      containers:
        - name: heatmapgen
          image: $image
          args: [--quiet, dist, $1, --job, "$job"$3]
          resources:
            requests: {cpu: "1", memory: 1Gi}
            limits: {cpu: "1", memory: 1Gi}$volumes
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
step remove 1 ""
