#!/usr/bin/env bash
# Runs a cluster of two demos and a Redis until Ctrl-C, or until one of the three processes ends.
#
#   PORT_A, PORT_B   the demos' ports; default 3001 and 3002
#   REDIS_PORT       Redis's port, open only to this machine; default 6390
#   REDIS_SERVER     the redis-server to run; default: the one on the PATH
#   JWT_SECRET       the secret with which both demos sign tokens; default: random
#   DEMO             the shell command that runs a demo; default: java -jar target/demo-app.jar
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
jar="$here/target/demo-app.jar"
port_a="${PORT_A:-3001}"
port_b="${PORT_B:-3002}"
redis_port="${REDIS_PORT:-6390}"
redis_server="${REDIS_SERVER:-redis-server}"

names=()
pids=()
directory=""

refuse() { # reason
  echo "cluster.sh: $1" >&2
  exit 2
}

need_command() { # command, remedy
  command -v "$1" >/dev/null || refuse "cannot find the command \"$1\"; $2"
}

need_port() { # variable, port
  [[ "$2" =~ ^[1-9][0-9]{0,4}$ ]] && (($2 <= 65535)) || refuse "$1 is \"$2\", but a port is a number from 1 to 65535"
  if (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then
    refuse "port $2 is in use; set $1 to another port"
  fi
}

# Prefixes each line with the name of the process that wrote it.
label() { # name
  local line
  while IFS= read -r line; do
    printf '%s | %s\n' "$1" "$line"
  done
}

start() { # name, command...
  names+=("$1")
  set -m # own process group: Ctrl-C reaches only this script, which ends the demos before their Redis
  "${@:2}" > >(label "$1") 2>&1 &
  set +m
  pids+=("$!")
}

runs() { # pid; checks jobs, because the system may reuse the pid of a process that has ended
  [[ " $(jobs -rp | tr '\n' ' ')" == *" $1 "* ]]
}

need_all() {
  local i
  for i in "${!pids[@]}"; do
    if ! runs "${pids[i]}"; then
      echo "cluster.sh: ${names[i]} has ended; stopping the other processes" >&2
      exit 1
    fi
  done
}

end() { # pid...
  local pid limit=$((SECONDS + 15))
  for pid in "$@"; do
    ! runs "$pid" || kill -TERM "$pid"
  done
  for pid in "$@"; do
    while runs "$pid" && ((SECONDS < limit)); do
      sleep 0.1
    done
    ! runs "$pid" || kill -KILL "$pid"
  done
}

end_all() {
  trap '' INT TERM HUP
  set +e # continue even if a step fails
  ((${#pids[@]} < 2)) || end "${pids[@]:1}"
  ((${#pids[@]} < 1)) || end "${pids[0]}"
  [[ -z "$directory" ]] || rm -rf "$directory"
}

is_healthy() ( # port
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  read -r -t 5 _ status _ <&3 && [[ "$status" == 200 ]]
) 2>/dev/null

need_command "$redis_server" "install Redis, or set REDIS_SERVER to the path of a redis-server"
if [[ -z "${DEMO:-}" ]]; then
  need_command java "install JDK 17 or newer, or set DEMO to the command that runs the demo"
  [[ -f "$jar" ]] || refuse "cannot find $jar; build it with \"mvn -q -B -DskipTests package\""
fi
need_port PORT_A "$port_a"
need_port PORT_B "$port_b"
need_port REDIS_PORT "$redis_port"

export JWT_SECRET="${JWT_SECRET:-$(head -c 32 /dev/urandom | base64)}"
export REDIS_URL="redis://127.0.0.1:$redis_port"

trap end_all EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

directory="$(mktemp -d)"
start redis "$redis_server" --port "$redis_port" --bind 127.0.0.1 --save "" --appendonly no --dir "$directory" \
  --loglevel warning
PORT="$port_a" start A bash -c "exec ${DEMO:-java -jar \"$jar\"}"
PORT="$port_b" start B bash -c "exec ${DEMO:-java -jar \"$jar\"}"

until is_healthy "$port_a" && is_healthy "$port_b"; do
  need_all
  sleep 0.1
done
echo "Cluster running: A on http://localhost:$port_a, B on http://localhost:$port_b, over $REDIS_URL; press Ctrl-C to stop it"

while true; do
  need_all
  sleep 0.5
done
