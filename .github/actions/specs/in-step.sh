#!/usr/bin/env bash
# Run a command that tells what is not in step. Its output is strangers' text, so that no line of it may
# be a command to the runner; where it fails, an annotation and the job's summary say so.
set -o pipefail

verb="specs ${2:-}"
shown="specs"
for word in "${@:2}"; do
  case "$word" in --check | --quiet | --) ;; *) shown+=" $word" ;; esac
done

log="$(mktemp)"
"$@" > "$log" 2>&1
status=$?

token="specs-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
echo "::stop-commands::$token"
cat "$log"
echo
echo "::$token::"

if [ "$status" -ne 0 ]; then
  said="${shown//'%'/%25}"
  said="${said//$'\r'/%0D}"
  said="${said//$'\n'/%0A}"
  if [ "$status" -eq 1 ]; then
    echo "::error title=$verb::Not in step. Run it and commit what it writes: $said"
  else
    echo "::error title=$verb::It could not be done; the log says why: $said"
  fi
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    { printf '### `%s`: not in step\n\n' "$verb"; head -c 60000 "$log" | sed 's/^/    /'; printf '\n\n'; } >> "$GITHUB_STEP_SUMMARY"
  fi
fi
rm -f "$log"
exit "$status"
