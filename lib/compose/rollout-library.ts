/** The part of rollout.sh that is the same for every project: POSIX shell, so that it runs on any host with Docker. */
export const ROLLOUT_LIBRARY = String.raw`state=.rollout
touched=''

say() { printf 'rollout: %s\n' "$*" >&2; }
compose() { docker compose --project-directory . --file compose.yaml "$@"; }
before() { docker compose --project-directory . --file "$state/compose.yaml" "$@"; }

# Health and number of restarts of a service. Compose may end well when its wait timeout runs out: this tells the truth.
condition() {
  id=$(compose ps --quiet "$1") && [ -n "$id" ] || { echo gone; return 0; }
  docker inspect --format '{{.State.Health.Status}} {{.RestartCount}}' "$id" || echo gone
}
healthy() { case $(condition "$1") in 'healthy '*) return 0 ;; *) say "$1 is not healthy"; return 1 ;; esac; }
all_healthy() { for service in $services; do healthy "$service" || return 1; done; }

# start WITH SERVICE SECONDS: starts or replaces one service and waits until it is healthy.
start() { "$1" up --detach --no-build --no-deps --wait --wait-timeout "$3" "$2" && healthy "$2"; }
# The first start: everything at once.
start_all() { compose up --detach --no-build --wait --wait-timeout "$longest" && all_healthy; }

# What is not of an endpoint, Prometheus first of all; then what is missing or no longer there. Never recreates a
# replica or a balancer: several at once would be an outage.
settle() {
  others=''
  for service in $("$1" config --services); do
    case " $services " in *" $service "*) ;; *) others="$others $service" ;; esac
  done
  [ -z "$others" ] || "$1" up --detach --no-build --no-deps --wait --wait-timeout "$longest" $others || return 1
  "$1" up --detach --no-build --no-recreate --remove-orphans
}

# What defines a service: differs when the container has to be replaced.
definition() { "$1" config --hash "$2" 2>/dev/null | grep . || echo none; }
changed() { [ "$(definition compose "$1")" != "$(definition before "$1")" ]; }

save() {
  rm -rf "$state.new"
  mkdir "$state.new"
  cp compose.yaml "$state.new/"
  [ ! -d balancer ] || cp -R balancer "$state.new/"
  rm -rf "$state"
  mv "$state.new" "$state"
}

# Loads the configuration of a balancer anew; connections go on. A faulty one is refused and changes nothing.
reload() {
  compose exec -T "$1" haproxy -c -q -f /etc/inferstack/balancer/haproxy.cfg || return 1
  compose kill --signal HUP "$1"
}

balance() {
  if changed "$1" || ! healthy "$1"; then
    start compose "$1" "$longest" || fail "the balancer $1 did not start"
  fi
  if ! cmp -s "balancer/$1/haproxy.cfg" "$state/balancer/$1/haproxy.cfg"; then
    reload "$1" || fail "the configuration of the balancer $1 was refused"
  fi
}

# Alarms of an endpoint that fire now, one a line.
alarms() {
  [ "$prometheus" = yes ] || return 0
  answer=$(compose exec -T prometheus promtool query instant http://127.0.0.1:9090 \
    "ALERTS{alertstate=\"firing\",inferstack_endpoint=\"$1\"}") || return 1
  printf '%s\n' "$answer" | sed -n 's/.*alertname="\([^"]*\)".*/\1/p'
}

# bake NAME SECONDS FIRED_BEFORE REPLICA...
bake() {
  name=$1 fired=$3 end=$(($(date +%s) + $2))
  shift 3
  [ "$(date +%s)" -ge "$end" ] || say "$name: watching for $((end - $(date +%s))) s"
  while [ "$(date +%s)" -lt "$end" ]; do
    for replica in "$@"; do
      now=$(condition "$replica")
      [ "$now" = 'healthy 0' ] || fail "$replica is not well: $now"
    done
    if [ -z "$fired" ]; then
      now=$(alarms "$name") || fail "$name: Prometheus does not answer"
      [ -z "$now" ] || fail "$name: alarm $(echo $now)"
    fi
    sleep 5
  done
}

# roll NAME TIMEOUT BAKE REPLICA...: one more replica first, so that there are never fewer than wanted.
roll() {
  name=$1 timeout=$2 seconds=$3
  shift 3
  news=no
  for replica in "$@"; do ! changed "$replica" || news=yes; done
  if [ "$news" = no ]; then
    say "$name: nothing new"
    return 0
  fi
  fired=$(alarms "$name") || fired='Prometheus does not answer'
  [ -z "$fired" ] || say "$name: alarms will not be heeded, as they fire already: $(echo $fired)"
  say "$name: starting $name-surge"
  touched="$name-surge $touched"
  start compose "$name-surge" "$timeout" || fail "$name-surge did not get ready within $timeout s"
  for replica in "$@"; do
    say "$name: replacing $replica"
    touched="$replica $touched"
    start compose "$replica" "$timeout" || fail "$replica did not get ready within $timeout s"
  done
  compose rm --stop --force "$name-surge" || fail "$name-surge did not stop"
  bake "$name" "$seconds" "$fired" "$@"
}

# Back to what ran before: new replicas are replaced one at a time, the last one first.
fail() {
  trap '' INT TERM HUP
  say "$*"
  if [ ! -f "$state/compose.yaml" ]; then
    say 'nothing ran before: see docker compose logs'
    exit 1
  fi
  say 'bringing back what ran before'
  status=1
  cp -R "$state/balancer" .
  for service in $touched; do
    case $service in *-surge) continue ;; esac
    start before "$service" "$longest" || status=2
  done
  for service in $touched; do
    case $service in *-surge) compose rm --stop --force "$service" || status=2 ;; esac
  done
  for service in $balancers; do
    ! changed "$service" || start before "$service" "$longest" || status=2
  done
  settle before || status=2
  for service in $balancers; do reload "$service" || status=2; done
  [ "$status" = 1 ] || say 'it could not be brought back entirely: see docker compose ps'
  exit "$status"
}

main() {
  mkdir "$state.lock" 2>/dev/null || { say "another rollout runs (or was killed: remove $state.lock)"; exit 1; }
  trap 'rmdir "$state.lock"' EXIT
  compose config --quiet || exit 1
  compose build || exit 1
  # Hosts without a way out have their images loaded.
  compose pull --quiet --ignore-buildable --ignore-pull-failures || exit 1
  if [ ! -f "$state/compose.yaml" ]; then
    start_all || fail 'the first start failed'
  else
    trap 'fail interrupted' INT TERM HUP
    for service in $balancers; do balance "$service"; done
    each_endpoint
    { settle compose && all_healthy; } || fail 'the last step failed'
    [ "$prometheus" = no ] || compose kill --signal HUP prometheus
  fi
  save
  say 'done'
}
`;
