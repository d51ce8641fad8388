#!/bin/sh
# A broken OpenCL driver costs the GPU, not the process: `lapack-ai info` says why there is no GPU, and a product
# runs on the CPU. Usage: faulty_driver.sh LAPACK_AI DRIVER|none REASON; REASON is an extended regular expression.
set -eu
program=$1 driver=$2 reason=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/vendors" "$folder/cache"
[ "$driver" = none ] || echo "$driver" > "$folder/vendors/faulty.icd"
export OCL_ICD_VENDORS="$folder/vendors" XDG_CACHE_HOME="$folder/cache" XDG_CONFIG_HOME="$folder"
printf "probe: {time_limit_seconds: 2}\n" > "$folder/config.yaml"
export LAPACK_AI_CONFIG="$folder/config.yaml"
unset OCL_ICD_FILENAMES || true

"$program" info > "$folder/info" || { echo "info failed:"; cat "$folder/info"; exit 1; }
grep -qE "^opencl_gemm .*$reason" "$folder/info" || {
    echo "info does not say '$reason':"
    cat "$folder/info"
    exit 1
}
"$program" explain gemm 64x64x64 > "$folder/explain"
grep -q "cpu_lapack" "$folder/explain" || { cat "$folder/explain"; exit 1; }
