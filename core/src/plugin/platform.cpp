// See platform.hpp.
#include "plugin/platform.hpp"

#include <algorithm>

namespace lapack_ai::core {

const char *platform() noexcept {
#if defined(__x86_64__)
    return "x86_64-linux-gnu";
#elif defined(__aarch64__)
    return "aarch64-linux-gnu";
#elif defined(__riscv)
    return "riscv64-linux-gnu";
#elif defined(__powerpc64__)
    return "powerpc64le-linux-gnu";
#endif
}

namespace {

bool has_cpu_feature(const std::string &feature) {
#if defined(__x86_64__)
// The builtin wants a literal, hence one line per name.
#define LAI_FEATURE(name) \
    if (feature == name) return __builtin_cpu_supports(name) != 0
    __builtin_cpu_init();
    LAI_FEATURE("sse2");
    LAI_FEATURE("sse3");
    LAI_FEATURE("ssse3");
    LAI_FEATURE("sse4.1");
    LAI_FEATURE("sse4.2");
    LAI_FEATURE("popcnt");
    LAI_FEATURE("avx");
    LAI_FEATURE("avx2");
    LAI_FEATURE("fma");
    LAI_FEATURE("bmi");
    LAI_FEATURE("bmi2");
    LAI_FEATURE("avx512f");
    LAI_FEATURE("avx512vl");
    LAI_FEATURE("avx512bw");
    LAI_FEATURE("avx512dq");
    LAI_FEATURE("avx512cd");
    LAI_FEATURE("avx512vnni");
#undef LAI_FEATURE
#elif defined(__aarch64__)
    if (feature == "neon" || feature == "asimd") return true;
#endif
    (void)feature;
    return false;
}

}  // namespace

std::vector<std::string> missing_cpu_features(const std::vector<std::string> &features) {
    std::vector<std::string> missing;
    std::copy_if(features.begin(), features.end(), std::back_inserter(missing),
                 [](const std::string &feature) { return !has_cpu_feature(feature); });
    return missing;
}

}  // namespace lapack_ai::core
