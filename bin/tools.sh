#!/bin/sh
# Runs an example by its Java class name: tools.sh org.apache.rocketmq.example.quickstart.Producer
script=$0
while [ -h "$script" ]; do
  link=$(readlink "$script")
  case $link in
    /*) script=$link ;;
    *) script=$(dirname "$script")/$link ;;
  esac
done
exec sh "$(dirname "$script")/run-program.sh" examples "$@"
