#!/bin/sh
# Fails when liblapack_ai.so exports anything but lai_*, the documented Fortran-style names and its version, or
# lacks its SONAME. Usage: exported_symbols.sh LIBRARY
set -eu
names=$(nm -D --defined-only "$1" | awk '{print $3}' | sed 's/@.*//')
others=$(echo "$names" | grep -vxE 'lai_[a-z_]+|dgesvdocl_|dgemm_alpha_|LAPACK_AI_0' || true)
if [ -n "$others" ]; then
    echo "exported, but not part of the interface:"
    echo "$others"
    exit 1
fi
for name in lai_execute lai_gemm lai_trcon lai_last_diagnostic dgesvdocl_ dgemm_alpha_; do
    echo "$names" | grep -qx "$name" || { echo "$name is not exported"; exit 1; }
done
readelf -d "$1" | grep -q 'SONAME.*\[liblapack_ai\.so\.[0-9]' || { echo "no SONAME"; exit 1; }
readelf -d "$1" | grep -q NODELETE || { echo "not marked NODELETE"; exit 1; }
