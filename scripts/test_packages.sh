#!/bin/bash
# Tries the Debian packages as a stranger would, in a bare Debian 12 made by debootstrap: they install, compute, carry an
# out-of-tree plugin, and leave nothing when purged. Needs root, debootstrap and a Debian mirror.
#
#   scripts/build.sh && (cd build/release && cpack -G DEB) && scripts/test_packages.sh [FOLDER]
#
# FOLDER (default build/chroot) keeps the bare system between runs; every run works on a copy of it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=${1:-build/chroot}
packages=build/release/packages
[ "$(id -u)" -eq 0 ] || { echo "test_packages.sh: needs root for chroot" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "test_packages.sh: needs debootstrap" >&2; exit 2; }
ls "$packages"/*.deb >/dev/null || { echo "test_packages.sh: no packages in $packages: run cpack -G DEB in build/release" >&2; exit 2; }

mkdir -p "$work"
if [ ! -d "$work/bare/usr" ]; then
    echo "== debootstrap $work/bare"
    # shellcheck disable=SC2086
    debootstrap --variant=minbase bookworm "$work/bare" ${LAPACK_AI_DEBIAN_MIRROR:-} >"$work/debootstrap.log" 2>&1 ||
        { tail -5 "$work/debootstrap.log" >&2; rm -rf "$work/bare"; exit 1; }
fi
root=$work/system
rm -rf "$root"
cp -a "$work/bare" "$root"
trap 'umount "$root/proc" 2>/dev/null || true' EXIT
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/packages" "$root/plugin"
cp "$packages"/*.deb "$root/packages/"
cp -r examples/plugins/minimal/. "$root/plugin/"

# Network settings of the outside pass, nothing else.
settings=()
while IFS= read -r setting; do settings+=("$setting"); done < <(env | grep -iE '^(http|https|no)_proxy=' || true)
inside() {
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        OPENBLAS_CORETYPE="${OPENBLAS_CORETYPE:-}" "${settings[@]}" sh -ec "$1" </dev/null
}
inside 'apt-get update -q >/dev/null'

echo "== install all packages"
inside 'apt-get install -y -q --no-install-recommends /packages/*.deb >/root/install.log 2>&1 || { tail -20 /root/install.log; exit 1; }'
echo "== compute"
inside 'lapack-ai info'
inside 'printf "%%%%MatrixMarket matrix array real general\n2 2\n4\n2\n1\n3\n" >/root/a.mtx; lapack-ai svd /root/a.mtx >/root/svd; grep -q "^backend" /root/svd'
inside 'python3 -c "
import lapack_py.linalg as la, numpy
a = numpy.array([[4.0, 1.0], [2.0, 3.0]])
assert numpy.allclose(la.inv(a) @ a, numpy.eye(2))
print(\"lapack_py computes\")"'
inside 'LD_PRELOAD=/usr/lib/liblapack_ai_dropin.so python3 -c "
import numpy
a = numpy.random.default_rng(1).standard_normal((300, 300))
assert numpy.allclose(numpy.linalg.inv(a) @ a, numpy.eye(300))
print(\"the preload library computes\")"'
echo "== an out-of-tree plugin"
inside 'apt-get install -y -q --no-install-recommends cmake ninja-build g++ >/root/tools.log 2>&1 || { tail -5 /root/tools.log; exit 1; }
    cmake -S /plugin -B /root/plugin -G Ninja >/root/cmake.log 2>&1 || { tail /root/cmake.log; exit 1; }
    cmake --build /root/plugin >/root/cmake.log 2>&1 || { tail /root/cmake.log; exit 1; }
    lapack-ai plugin list --plugin /root/plugin/lib/lapack_ai/plugins/minimal.so | grep minimal'
echo "== purge"
inside 'apt-get purge -y -q lapack-ai lapack-ai-plugins liblapack-ai-dev lapack-ai-opencl lapack-ai-dashboard lapack-ai-dropin python3-lapack-py >/root/purge.log 2>&1 || { tail /root/purge.log; exit 1; }
    find / -xdev \( -path /proc -o -path /packages -o -path /plugin -o -path /root \) -prune -o -print | grep -i "lapack.ai\|lapack_py" && { echo "purge left these"; exit 1; } || echo "nothing left"'
echo "packages: all right"
