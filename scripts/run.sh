#!/bin/bash
# From a fresh checkout to a first result: installs what is missing, builds, and runs the main job on real matrices
# (examples/main_job). Repeating it takes seconds and needs no network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/build.sh release
