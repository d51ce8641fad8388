// A scheme made ready to run: its three linear programs, a program per single product for the depth-first
// order, and the constants of its error bound. Compiling costs milliseconds; results are cached for the
// process.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "block_pass.hpp"
#include "linear_program.hpp"
#include "scheme.hpp"

namespace lapack_ai::alpha_gemm {

/// The programs of one product alone: the blocks it needs of A and B, and the blocks of C it adds to.
struct SingleProduct {
    LinearProgram expand_a, expand_b, contract_c;
    std::vector<int> a_blocks, b_blocks, c_blocks;
};

/// Constants of the error bound, from the programs that really run, so shared subexpressions are counted as
/// they are computed. Growths are path sums of absolute coefficients: of a combination of A over max |A|, of
/// one of B over max |B|, and of a block of C over block_k max |A| max |B|.
struct ErrorConstants {
    double growth_a, growth_b, growth_c;
    double carried;  ///< roundings of the additions, in units of u block_k max |A| max |B|, weighted along
                     ///< their paths
};

struct CompiledScheme {
    Scheme scheme;
    LinearProgram expand_a, expand_b, contract_c;
    std::vector<SingleProduct> singles;
    ErrorConstants constants{};
    int additions = 0;
    std::string breadth_first_label, depth_first_label;  ///< for results: "4x4x4:48 breadth-first"
};

/// The scheme of that name (see find_scheme), compiled; null when unknown or when it holds modulo 2 only. The
/// pointer lives as long as the process. Any thread; takes a lock, so callers keep the pointer.
const CompiledScheme *compiled_scheme(std::string_view name);

/// f with max |C' - C| <= f u max |A| max |B|, rigorous for any summation order of the inner products over
/// block_k terms, u the unit roundoff (Ballard, Benson, Druinsky, Lipshitz, Schwartz 2016; Higham, Accuracy
/// and Stability, ch. 23). For complex arithmetic maxima are of moduli. To be multiplied by |alpha|. Pure.
double error_factor(const CompiledScheme &compiled, std::int64_t block_k, bool complex_arithmetic);

/// Whether operands whose magnitudes are at most a and b cannot overflow anywhere in the scheme; false when
/// one is not finite. `max_exponent` is that of the real type. Pure.
bool certified(const CompiledScheme &compiled, std::int64_t block_k, double a, double b, double alpha,
               int max_exponent);

}  // namespace lapack_ai::alpha_gemm
