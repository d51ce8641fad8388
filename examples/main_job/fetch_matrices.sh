#!/bin/bash
# Brings three real matrices of the Harwell-Boeing collection into a folder: fetch_matrices.sh FOLDER. They come from
# Debian's package r-cran-matrix, which is downloaded and unpacked but not installed. Does nothing when they are there,
# so a second run needs no network.
#
#   lund_a.mtx   147 x 147, stiffness matrix of a structure, symmetric positive definite
#   pores_1.mtx   30 x  30, oil reservoir simulation, unsymmetric, ill-conditioned
#   utm300.rua   300 x 300, plasma physics (tokamak), unsymmetric
set -euo pipefail
folder=${1:?usage: fetch_matrices.sh FOLDER}
matrices=(lund_a.mtx pores_1.mtx utm300.rua)

missing=0
for matrix in "${matrices[@]}"; do [ -s "$folder/$matrix" ] || missing=1; done
[ "$missing" -eq 1 ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo "== fetch ${matrices[*]} from Debian's package r-cran-matrix"
if ! apt-get download -q r-cran-matrix >log 2>&1; then
    # The package lists may be missing or older than the archive.
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    "${as_root[@]}" apt-get update -q >>log 2>&1 || true
    apt-get download -q r-cran-matrix >>log 2>&1 || {
        tail -3 log >&2
        exit 1
    }
fi
dpkg -x r-cran-matrix_*.deb package
cd - >/dev/null
mkdir -p "$folder"
for matrix in "${matrices[@]}"; do
    file=$(find "$work/package" -path "*Matrix/external/$matrix*" | head -1)
    case $file in
        *.gz) gunzip -c "$file" >"$folder/$matrix" ;;
        *) cp "$file" "$folder/$matrix" ;;
    esac
done
