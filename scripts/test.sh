#!/bin/bash
# Installs what is missing, builds and tests. Ends with ctest's summary; exits non-zero when anything failed.
#
#   scripts/test.sh            the release build, tests labelled `default`
#   scripts/test.sh --asan     the same under AddressSanitizer and UndefinedBehaviorSanitizer
#   scripts/test.sh --tsan     the same under ThreadSanitizer
#   scripts/test.sh --nightly  the release build, the long tests
#   scripts/test.sh --all      all four
#
# Options add up. What follows `--` goes to ctest: scripts/test.sh --asan -- -R abi
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

suites=()
while [ $# -gt 0 ]; do
    case $1 in
        --asan | --tsan | --nightly) suites+=("${1#--}") ;;
        --all) suites=(release asan tsan nightly) ;;
        -h | --help)
            sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
            exit 0
            ;;
        --)
            shift
            break
            ;;
        *)
            echo "test.sh: unknown option $1 (see --help)" >&2
            exit 2
            ;;
    esac
    shift
done
[ ${#suites[@]} -gt 0 ] || suites=(release)

# ThreadSanitizer of gcc 12 cannot place its shadow where the kernel spreads mappings over 32 random bits.
fixed_addresses=()
if setarch "$(uname -m)" -R true 2>/dev/null; then fixed_addresses=(setarch "$(uname -m)" -R); fi

failed=()
for suite in "${suites[@]}"; do
    preset=$suite label=default wrapper=()
    case $suite in
        nightly) preset=release label=nightly ;;
        tsan) wrapper=("${fixed_addresses[@]}") ;;
    esac
    scripts/build.sh "$preset"
    echo "== test build/$preset, label $label"
    "${wrapper[@]}" ctest --test-dir "build/$preset" -L "^$label\$" -j "$(nproc)" --output-on-failure --timeout 600 "$@" ||
        failed+=("$suite")
done
[ ${#failed[@]} -eq 0 ] || { echo "test.sh: failed: ${failed[*]}" >&2; exit 1; }
