# What flink-test and spark-test have in common; they source it. Each builds the demo's map by an engine with two workers on loopback, kills one of them
# with all its processes while it paints, as when a machine goes, lets the engine bring the job to its end with the other, and compares the
# site with that of "heatmapgen build".
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
name="$(basename "$0")"
work="$(mktemp -d)"
program="$work/heatmapgen"
job="$work/job"
shards=4
parts=16
processes=() # of the engine, to be ended in the end

skip() {
  echo "$name: skipped: $*"
  exit 0
}

fail() {
  echo "$name: $*" >&2
  tail -n 40 "$work/client.log" >&2
  exit 1
}

# descendants PROCESS prints it and all that it and its children started.
descendants() {
  echo "$1"
  local child
  for child in $(ps -o pid= --ppid "$1"); do descendants "$child"; done
}

finish() {
  local process
  for process in "${processes[@]}"; do
    kill -KILL $(descendants "$process") 2>/dev/null || true
  done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# begin builds the site in one and begins a job for another.
begin() {
  cat >"$work/heatmap.toml" <<'EOF'
[[source]]
type = "demo"
[render]
tile_zoom = 15
as_of = 2026-06-01
EOF
  go -C "$root" build -o "$program" ./cmd/heatmapgen
  cd "$work"
  export CI=true GOMAXPROCS=1
  "$program" --quiet build --output "$work/one"
  "$program" --quiet dist plan --output "$work/spread" --job "$job" --shards "$shards"
}

# ports N prints N free ports.
ports() {
  python3 -c '
import socket, sys
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in sockets))' "$1"
}

# await TEXT ADDRESS waits until what is at the address has the text.
await() {
  for _ in $(seq 480); do
    if curl -s "$2" | grep -q "$1"; then return; fi
    sleep 0.25
  done
  fail "the cluster does not start"
}

# kill_while_painting WORKER CLIENT kills a worker that paints, when some parts are painted, before the client, which has submitted the job, has ended.
kill_while_painting() {
  local all=
  until [ "$(find "$job" -name 'paint-*' | wc -l)" -ge 3 ] && all="$(descendants "$1")" &&
    ps -o args= -p "$(echo $all | tr ' ' ,)" | grep -q ' dist paint '; do
    kill -0 "$2" 2>/dev/null || fail "the job ended before anything was killed"
  done
  kill -KILL $all 2>/dev/null || true # some may have ended meanwhile
  echo "$name: killed a worker when $(find "$job" -name 'paint-*' | wc -l) of $parts parts were painted"
}

# compare holds one site to the other.
compare() {
  local file
  for file in index.html heatmap.pmtiles; do
    cmp "$work/one/$file" "$work/spread/$file" || fail "$file is another than of a build in one"
  done
  echo "$name: the site is the same after the loss of a worker ($SECONDS s)"
}
