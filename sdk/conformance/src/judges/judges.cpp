// What the judges share; see judges.hpp.
#include "judges.hpp"

namespace lapack_ai::conformance::judges {

std::array<std::span<const OpKnowledge>, 8> all_families() {
    return {products(),      singular_values(), lu_family(),  cholesky_family(),
            least_squares(), eigenvalues(),     orthogonal(), conditions()};
}

double limit_of(const Claim &claim, std::int64_t size) {
    if (claim.accuracy <= LAI_ACCURACY_COMPONENTWISE) return residual_limit;
    // A coefficient in units of u becomes one of eps * size.
    return std::max(residual_limit,
                    claim.coefficient / (2 * static_cast<double>(std::max<std::int64_t>(1, size))));
}

void judge_info(const Problem &p, const lai_result &result, Verdict &verdict) {
    if (p.expected_info < 0) {
        verdict.require(result.info > 0, "INFO = " + std::to_string(result.info) + ", must be > 0");
        return;
    }
    verdict.require(result.info == p.expected_info,
                    "INFO = " + std::to_string(result.info) + ", must be " + std::to_string(p.expected_info));
    if (p.expected_info != 0 && p.items() > 1)
        verdict.require(result.batch_index == p.expected_item,
                        "INFO belongs to item " + std::to_string(p.expected_item) + ", batch_index says " +
                            std::to_string(result.batch_index));
}

}  // namespace lapack_ai::conformance::judges
