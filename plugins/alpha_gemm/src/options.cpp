// Reading and checking the options. A scheme that does not exist, or that holds modulo 2 only, is refused
// here, when the plugin is loaded, and not in some later call.

#include "options.hpp"

#include <unistd.h>

#include "compiled_scheme.hpp"
#include "lapack_ai/sdk/error.hpp"

namespace lapack_ai::alpha_gemm {
namespace {

[[noreturn]] void refuse(const std::string &key, const std::string &value, const std::string &requirement) {
    throw sdk::Failure(LAI_INVALID, "plugins.alpha_gemm." + key + ": " + value + ": " + requirement);
}

void check_scheme(const std::string &name) {
    if (name == "auto" || name == "all" || compiled_scheme(name) != nullptr) return;
    const auto scheme = find_scheme(name);
    if (scheme && !holds_over_reals(*scheme)) {
        refuse("scheme", name, "holds modulo 2 only and gives wrong results over real and complex numbers");
    }
    std::string known;
    for (const std::string &n : scheme_names()) known += (known.empty() ? "" : ", ") + n;
    refuse("scheme", name, "must be auto, all or one of " + known + ", or several joined by *");
}

Scaling scaling_by_name(const std::string &name) {
    if (name == "none") return Scaling::none;
    if (name == "outside") return Scaling::outside;
    if (name == "inside") return Scaling::inside;
    if (name == "both") return Scaling::both;
    refuse("scaling", name, "must be none, outside, inside or both");
}

}  // namespace

Options read_options(const sdk::Json &json) {
    Options options;
    options.scheme = json["scheme"].string("auto");
    check_scheme(options.scheme);
    options.scaling = scaling_by_name(json["scaling"].string("none"));
    options.min_block = json["min_block"].integer(options.min_block);
    if (options.min_block < 16) refuse("min_block", std::to_string(options.min_block), "must be at least 16");
    options.min_size = json["min_size"].integer(options.min_size);
    if (options.min_size < 1) refuse("min_size", std::to_string(options.min_size), "must be at least 1");
    const std::int64_t mib = json["workspace_limit_mib"].integer(0);
    if (mib < 0) refuse("workspace_limit_mib", std::to_string(mib), "must not be negative");
    options.workspace_limit_bytes =
        mib > 0 ? mib << 20 : std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE) / 2;
    return options;
}

}  // namespace lapack_ai::alpha_gemm
