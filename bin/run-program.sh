#!/bin/sh
# Runs one of the programs; the scripts beside this one do the talking: run-program.sh PROGRAM [words for the program]
root=$(cd -P "$(dirname "$0")/.." && pwd -P) || exit 1
program="$root/apps/$1/dist/main.js"
shift
if [ ! -f "$program" ]; then
  echo "$program is missing; build it first: cd '$root' && npm ci" >&2
  exit 1
fi
if ! command -v node >/dev/null; then
  echo "node is not found; install Node 20.19 or newer, or put it into PATH" >&2
  exit 1
fi
# Node forgets that nohup made it deaf to the end of the terminal, so it is told in words.
if (sh -c 'kill -HUP $$' || exit 1) 2>/dev/null; then
  export ROCKETMQ_NOHUP=1
fi
export ROCKETMQ_HOME="${ROCKETMQ_HOME:-$root}"
exec node "$program" "$@"
