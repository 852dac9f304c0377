#!/usr/bin/env bash
# Registers and deploys on Vertex AI what a stack describes: Terraform's provider has no resource for either.
#
#   release.sh deploy [endpoint]              the release of the stack takes over the traffic once it is ready
#   release.sh rollback [endpoint] [version]  back to the version before, or to one of the registry's
#   release.sh status [endpoint]              what is deployed, and its share of the traffic
#   release.sh remove [endpoint]              undeploys everything, before the endpoint is destroyed
#
# Runs where Terraform runs, after `terraform apply`; needs curl, jq, and gcloud that is logged in. Each step is taken
# only if it is not done yet: after a failure, run it again. Until a deployed model is ready, and its golden samples
# have passed, the traffic is not touched. The endpoint may be left out where the stack has one.
#
# Exit status: 0 done, 1 failed and the traffic as it was, 2 wrong use, 3 an alarm fired and the traffic is back.
#
#   VERTEX_RELEASE       file with the release, instead of the outputs of `terraform output -json`
#   VERTEX_TOKEN         access token, instead of `gcloud auth print-access-token`
#   VERTEX_API           https://REGION-aiplatform.googleapis.com
#   MONITORING_API       https://monitoring.googleapis.com
#   VERTEX_POLL_SECONDS  time between two looks: 15
set -euo pipefail

# A token lasts an hour; deployments may take two.
TOKEN_SECONDS=1200
token='' token_until=0 reply='' status=''

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "release: $*"
  exit 1
}

usage() {
  sed -n '2,/^set -e/s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# --- the release -----------------------------------------------------------------------------------------------------

field() { jq -r "$1" <<<"$document"; }

load_release() { # endpoint, or nothing
  local outputs
  if [[ -n ${VERTEX_RELEASE:-} ]]; then
    outputs=$(<"$VERTEX_RELEASE")
  else
    outputs=$(terraform output -json) || fail 'terraform output failed: run this in the directory of the stack'
  fi
  document=$(jq -ce --arg name "${1:-}" '
    [.. | objects | select(.kind? == "VertexRelease" and ($name == "" or .name == $name))]
    | if length == 1 then .[0] else empty end' <<<"$outputs") ||
    fail "the outputs do not hold one release${1:+ of $1}: apply first, and name the endpoint if there are several"
  name=$(field .name)
  project=$(field .project)
  api="${VERTEX_API:-https://$(field .location)-aiplatform.googleapis.com}/v1"
  endpoint=$(field .endpoint)
  registry="projects/$project/locations/$(field .location)/models"
  # What it is made of is its identity: the same document never deploys twice.
  version_alias="m-$(digest .model)"
  release="$name-$(digest '{model, deployedModel}')"
}

digest() { jq -cS "$1" <<<"$document" | sha256sum | cut -c1-16; }

# --- requests --------------------------------------------------------------------------------------------------------

refresh_token() {
  if ((SECONDS < token_until)); then return; fi
  token=${VERTEX_TOKEN:-$(gcloud auth print-access-token)} || fail 'no access token: gcloud auth login'
  token_until=$((SECONDS + TOKEN_SECONDS))
}

request() { # method, address, [body]: sets reply and status
  local answer
  refresh_token
  # The token goes by a file, since arguments of processes can be read by others.
  answer=$(curl -sS -X "$1" -K <(printf 'header = "authorization: Bearer %s"\n' "$token") \
    -H 'content-type: application/json' -w '\n%{http_code}' "$2" \
    ${3:+--data-binary "$3"}) || fail "no answer: $1 $2"
  status=${answer##*$'\n'}
  reply=${answer%$'\n'*}
}

call() { # as request; anything but success ends the program
  request "$@"
  [[ $status == 2* ]] || fail "$1 $2: HTTP $status: $(jq -r '.error.message? // .' <<<"$reply" 2>/dev/null || true)"
}

pause() { sleep "${VERTEX_POLL_SECONDS:-15}"; }

# Vertex AI gives up by itself after the timeout of the deployment; the rest is time for machines.
finish() { # operation
  local deadline=$((SECONDS + $(field .timeoutSeconds) + 1800))
  call GET "$api/$1"
  while [[ $(jq -r '.done // false' <<<"$reply") != true ]]; do
    ((SECONDS < deadline)) || fail "$1 is still running: look at it, then run this again"
    pause
    call GET "$api/$1"
  done
  [[ $(jq 'has("error")' <<<"$reply") == false ]] || fail "$(jq -r '.error.message' <<<"$reply")"
}

start() { # address, body: a long operation
  call POST "$1" "$2"
  finish "$(jq -r .name <<<"$reply")"
}

# --- the endpoint ----------------------------------------------------------------------------------------------------

read_endpoint() {
  # What an earlier run left running is waited for, not started again.
  call GET "$api/$endpoint/operations?pageSize=100"
  local pending operation
  pending=$(jq -r '.operations[]? | select(.done != true) | .name' <<<"$reply")
  for operation in $pending; do
    say "waiting for $operation"
    (finish "$operation") || say 'it failed; going on'
  done
  call GET "$api/$endpoint"
  state=$reply
}

in_state() { jq -r --arg id "${2:-}" --arg prefix "$name-" "$1" <<<"$state"; }

id_named() { in_state '[.deployedModels[]? | select(.displayName == $id) | .id][0] // empty' "$1"; }
share_of() { in_state '.trafficSplit[$id] // 0' "$1"; }
serving_id() { in_state '(.trafficSplit // {}) | to_entries | max_by(.value) | .key // empty'; }
# Those that a release deployed, the newest first; others are their owner's.
idle_ids() {
  in_state '(.trafficSplit // {}) as $split | [.deployedModels[]?
    | select(.displayName | startswith($prefix)) | select(.id != $id and ($split[.id] // 0) == 0)]
    | sort_by(.createTime) | reverse | .[].id' "$1"
}

route() { # traffic split
  local body
  # The etag refuses it if anyone else changed the endpoint meanwhile.
  body=$(jq -c --argjson split "$1" '{name, etag, trafficSplit: $split} | del(..|nulls)' <<<"$state")
  call PATCH "$api/$endpoint?updateMask=trafficSplit" "$body"
  state=$(jq -c --argjson split "$1" --argjson now "$reply" '. + $now + {trafficSplit: $split}' <<<"$state")
}

undeploy() { # id of a deployed model
  say "undeploying $1"
  start "$api/$endpoint:undeployModel" "{\"deployedModelId\":\"$1\"}"
}

retire() { # id that serves
  local id kept=0
  for id in $(idle_ids "$1"); do
    if [[ $(field .keepPrevious) == true ]] && ((kept++ == 0)); then continue; fi
    undeploy "$id"
  done
}

# --- deploying -------------------------------------------------------------------------------------------------------

register() {
  local model body
  request GET "$api/$registry/$name@$version_alias"
  if [[ $status == 200 ]]; then return; fi
  [[ $status == 404 ]] || fail "the registry: HTTP $status: $reply"
  model=$(field ".model + {versionAliases: [\"$version_alias\"]}" | jq -c .)
  request GET "$api/$registry/$name"
  if [[ $status == 200 ]]; then
    body=$(jq -c --arg parent "$registry/$name" '{parentModel: $parent, model: .}' <<<"$model")
  else
    [[ $status == 404 ]] || fail "the registry: HTTP $status: $reply"
    body=$(jq -c --arg id "$name" '{modelId: $id, model: .}' <<<"$model")
  fi
  say "registering $name@$version_alias"
  start "$api/$registry:upload" "$body"
}

deploy_version() { # version or alias, display name
  local body
  # Without a traffic split: whatever serves now goes on alone until the new one is ready.
  body=$(jq -c --arg model "$registry/$name@$1" --arg display "$2" \
    '{deployedModel: (.deployedModel + {model: $model, displayName: $display})}' <<<"$document")
  say "deploying $name@$1: it takes minutes, and the traffic stays where it is"
  start "$api/$endpoint:deployModel" "$body"
}

firing() { # id of the new deployed model: prints the title of an alarm that fires
  local alarm query address
  address="${MONITORING_API:-https://monitoring.googleapis.com}/v1/projects/$project/location/global/prometheus/api/v1"
  while IFS= read -r alarm; do
    query=$(jq -r --arg id "$1" '.query | gsub("DEPLOYED_MODEL_ID"; $id) | @uri' <<<"$alarm")
    request GET "$address/query?query=$query"
    if [[ $status != 200 ]]; then
      say "an alarm could not be looked at: HTTP $status"
    elif [[ $(jq '.data.result | length' <<<"$reply") != 0 ]]; then
      jq -r .title <<<"$alarm"
      return
    fi
  done < <(field '.watch.alarms[] | tojson')
}

# Too few samples fire nothing: then the new one stays, and the alarms of the endpoint go on watching it.
watch() { # id of the new deployed model
  local deadline title
  deadline=$((SECONDS + $(field .watch.seconds)))
  say "watching the alarms for $(field .watch.seconds) s"
  while ((SECONDS < deadline)); do
    pause
    title=$(firing "$1")
    if [[ -n $title ]]; then
      say "alarm: $title"
      return 1
    fi
  done
}

take_over() { # id of a deployed model that is ready
  local before
  before=$(in_state '.trafficSplit // {} | tojson')
  route "{\"$1\":100}"
  say "$1 serves"
  settle "$1" "$before"
}

settle() { # id that serves, the split before
  if [[ $2 != '{}' ]] && ! watch "$1"; then
    route "$2"
    undeploy "$1"
    say 'release: the traffic is back where it was'
    exit 3
  fi
  retire "$1"
}

deploy() {
  local id former
  read_endpoint
  id=$(id_named "$release")
  if [[ -n $id && $(share_of "$id") == 100 ]]; then
    say "$release serves already"
    former=$(idle_ids "$id" | head -n 1)
    # The one before is there until the watch is over, unless it is kept: a run before this one was cut short.
    if [[ -n $former && $(field .keepPrevious) == false ]]; then settle "$id" "{\"$former\":100}"; else retire "$id"; fi
    return
  fi
  if [[ -z $id ]]; then
    register
    deploy_version "$version_alias" "$release"
    read_endpoint
    id=$(id_named "$release")
    [[ -n $id ]] || fail 'the deployed model is not on the endpoint'
  fi
  take_over "$id"
}

rollback() { # version, or nothing
  local serving id version=${1:-}
  read_endpoint
  serving=$(serving_id)
  [[ -n $serving ]] || fail 'nothing serves'
  id=$(idle_ids "$serving" | head -n 1)
  if [[ -z $id || -n $version ]]; then
    if [[ -z $version ]]; then version=$(version_before "$serving"); fi
    deploy_version "$version" "$name-v$version"
    read_endpoint
    id=$(id_named "$name-v$version")
    [[ -n $id ]] || fail 'the deployed model is not on the endpoint'
  fi
  route "{\"$id\":100}"
  say "$id serves; $serving is kept until the next deploy. Revert the change that was released."
}

version_before() { # id of a deployed model
  local current versions
  current=$(in_state '.deployedModels[] | select(.id == $id) | .modelVersionId' "$1")
  call GET "$api/$registry/$name:listVersions?pageSize=100"
  versions=$(jq -r '.models[].versionId' <<<"$reply" | sort -n | awk -v current="$current" '$1 < current')
  [[ -n $versions ]] || fail "the registry holds no version before $current"
  tail -n 1 <<<"$versions"
}

remove() {
  local id
  read_endpoint
  # The last one may have traffic.
  for id in $(in_state '(.trafficSplit // {}) as $split | [.deployedModels[]?] | sort_by($split[.id] // 0) | .[].id'); do
    undeploy "$id"
  done
}

show() {
  read_endpoint
  in_state '(.trafficSplit // {}) as $split | .deployedModels[]? | [.id, .displayName, "version " + (.modelVersionId // "?"),
    "\($split[.id] // 0) %", .privateEndpoints.serviceAttachment // empty] | @tsv'
}

main() {
  local command=${1:-}
  case $command in deploy | rollback | status | remove) ;; *) usage ;; esac
  load_release "${2:-}"
  case $command in
    deploy) deploy ;;
    rollback) rollback "${3:-}" ;;
    status) show ;;
    remove) remove ;;
  esac
}

main "$@"
