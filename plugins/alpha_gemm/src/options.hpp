// The options of plugins.alpha_gemm, read once when the plugin is initialised.

#pragma once

#include <cstdint>
#include <string>

#include "lapack_ai/sdk/json.hpp"
#include "scaling.hpp"

namespace lapack_ai::alpha_gemm {

struct Options {
    std::string scheme = "auto";
    Scaling scaling = Scaling::none;
    std::int64_t min_block = 320;  ///< smallest dimension of a block
    std::int64_t min_size = 960;   ///< smallest cube root of m n k
    std::int64_t workspace_limit_bytes =
        0;  ///< never 0 once read: the default is half of the machine's memory
};

/// Reads the JSON object of options; what is absent keeps its default. Throws sdk::Failure with the key, the
/// value and what is allowed when a value is wrong.
Options read_options(const sdk::Json &json);

}  // namespace lapack_ai::alpha_gemm
