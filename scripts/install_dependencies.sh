#!/bin/sh
# Installs every Debian package that building, running and testing LAPACK AI needs. The one list of them; everything
# else calls this. Idempotent: says so and does nothing when all is there. Works as root or with sudo.
set -eu

packages="
build-essential cmake ninja-build gfortran pkg-config
libopenblas-openmp-dev libxsmm-dev liblapack-dev libblas-dev
ocl-icd-opencl-dev opencl-c-headers pocl-opencl-icd
libboost-dev libyaml-cpp-dev
libgtest-dev libgmock-dev libbenchmark-dev
libcivetweb-dev libcpp-httplib-dev nlohmann-json3-dev
libspdlog-dev libfmt-dev libcli11-dev
python3 python3-dev python3-numpy python3-pybind11 pybind11-dev python3-pytest python3-setuptools python3-wheel python3-pip
valgrind oclgrind
liblapack-test libblas-test
chromium prometheus
"
# Node.js from elsewhere serves as well as Debian's, which brings some hundred packages.
command -v npm >/dev/null || packages="$packages nodejs npm"

missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
if [ -z "$missing" ]; then
    echo "dependencies: all there"
    exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "dependencies: need root or sudo to install:$missing" >&2; exit 1; }
    as_root="sudo"
fi
echo "dependencies: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# shellcheck disable=SC2086
$as_root apt-get install -y -q --no-install-recommends $missing
