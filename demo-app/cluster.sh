#!/usr/bin/env bash
# Runs a Redis and two demos that are one cluster, until Ctrl-C, or until one of the three ends.
#
#   PORT_A, PORT_B   where the demos listen; 3001 and 3002 if unset
#   REDIS_PORT       where the Redis listens, for this machine alone; 6390 if unset
#   REDIS_SERVER     the redis-server to run; the one on the PATH if unset
#   JWT_SECRET       what both demos sign their tokens with; random if unset
#   DEMO             the command that runs a demo, as a shell reads it; java -jar target/demo-app.jar if unset
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

refuse() { # why
  echo "cluster.sh: $1" >&2
  exit 2
}

need_command() { # command, way out
  command -v "$1" >/dev/null || refuse "there is no \"$1\"; $2"
}

need_port() { # variable, port
  [[ "$2" =~ ^[1-9][0-9]{0,4}$ ]] && (($2 <= 65535)) || refuse "$1 is \"$2\", but a port is a number from 1 to 65535"
  if (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then
    refuse "port $2 is taken; set $1 to another one"
  fi
}

# Tells whose line it is, of two demos and a Redis.
label() { # name
  local line
  while IFS= read -r line; do
    printf '%s | %s\n' "$1" "$line"
  done
}

start() { # name, command...
  names+=("$1")
  set -m # a process group of its own: Ctrl-C reaches this script alone, which ends the demos before their Redis
  "${@:2}" > >(label "$1") 2>&1 &
  set +m
  pids+=("$!")
}

runs() { # pid; asks for jobs, because the system may give the pid of what has ended to another process
  [[ " $(jobs -rp | tr '\n' ' ')" == *" $1 "* ]]
}

need_all() {
  local i
  for i in "${!pids[@]}"; do
    if ! runs "${pids[i]}"; then
      echo "cluster.sh: ${names[i]} has ended, and so the rest ends" >&2
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
  set +e # all of it, whatever fails
  ((${#pids[@]} < 2)) || end "${pids[@]:1}"
  ((${#pids[@]} < 1)) || end "${pids[0]}"
  [[ -z "$directory" ]] || rm -rf "$directory"
}

is_healthy() ( # port
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  read -r -t 5 _ status _ <&3 && [[ "$status" == 200 ]]
) 2>/dev/null

need_command "$redis_server" "install Redis, or set REDIS_SERVER to where a redis-server is"
if [[ -z "${DEMO:-}" ]]; then
  need_command java "install JDK 17 or newer, or set DEMO to the command that runs the demo"
  [[ -f "$jar" ]] || refuse "there is no $jar; \"mvn -q -B -DskipTests package\" makes it"
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
echo "One cluster: A on http://localhost:$port_a, B on http://localhost:$port_b, over $REDIS_URL; Ctrl-C ends it"

while true; do
  need_all
  sleep 0.5
done
