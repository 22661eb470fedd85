#!/bin/sh
# Makes the fleet's namespace unless it is there. TEMPORAL_ADDRESS says where, NAMESPACE which, RETENTION how long closed runs are kept.
set -eu

temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
