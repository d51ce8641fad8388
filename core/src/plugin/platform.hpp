// This machine, in the words of manifests.
#pragma once

#include <string>
#include <vector>

namespace lapack_ai::core {

// "x86_64-linux-gnu": what the library was built for.
const char *platform() noexcept;

// Those of `features` ("avx2", "fma", "avx512f", as compilers spell them after -m) that this processor lacks
// or that are not known here.
std::vector<std::string> missing_cpu_features(const std::vector<std::string> &features);

}  // namespace lapack_ai::core
