#!/bin/sh
# Runs an example by its Java class name: tools.sh org.apache.rocketmq.example.quickstart.Producer
here=$(cd "$(dirname "$0")/.." && pwd -P) || exit 1
program="$here/apps/examples/dist/main.js"
if [ ! -f "$program" ]; then
  echo "$program is missing; build it first: cd $here && npm ci" >&2
  exit 1
fi
ROCKETMQ_HOME=${ROCKETMQ_HOME:-$here}
export ROCKETMQ_HOME
exec node "$program" "$@"
