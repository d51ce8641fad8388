#!/bin/bash
# From a fresh checkout to a first result: installs what is missing, builds, and runs the main job: real matrices are
# solved and factorised with every backend that is there (examples/main_job), and the licences on this machine are
# compared through an SVD (examples/licences). Repeating it takes seconds and needs no network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# All but tests and benchmarks.
scripts/build.sh release core/all plugins/all cli/all examples/all

data=build/data
if ! examples/main_job/fetch_matrices.sh "$data"; then
    echo "run.sh: the Harwell-Boeing matrices cannot be downloaded now; going on with the licences alone" >&2
fi
mkdir -p "$data"
examples/licences/term_by_document.py matrix "$data/licences.mtx"

echo "== build/release/bin/lapack-ai info"
build/release/bin/lapack-ai info
echo
echo "== the main job"
matrices=()
for name in lund_a.mtx pores_1.mtx utm300.rua licences.mtx; do
    [ ! -s "$data/$name" ] || matrices+=("$data/$name")
done
build/release/examples/main_job "${matrices[@]}"
echo
echo "== which licences are alike: lapack-ai svd on a term-by-document matrix"
examples/licences/term_by_document.py compare build/release/bin/lapack-ai
echo
echo "Try: build/release/bin/lapack-ai explain svd 2000x500"
