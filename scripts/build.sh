#!/bin/bash
# Installs what is missing, configures and builds one preset: scripts/build.sh [PRESET [TARGET...]], `release` by
# default. Everything lands in build/PRESET. Repeating it costs seconds. ccache speeds it up when it is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${1:-release}
shift || true

scripts/install_dependencies.sh
if command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER-ccache}
    export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache}
fi
if [ ! -f "build/$preset/build.ninja" ]; then
    echo "== configure build/$preset"
    mkdir -p build
    cmake --preset "$preset" >"build/configure.$preset.log" 2>&1 || { cat "build/configure.$preset.log" >&2; exit 1; }
fi
echo "== build build/$preset ($(nproc) jobs)"
# Ninja rewrites one line on a terminal; in a log it would print one a file, so there only what matters is shown.
quiet=()
[ -t 1 ] || quiet=(--quiet)
ninja -C "build/$preset" -j "$(nproc)" "${quiet[@]}" "$@"
