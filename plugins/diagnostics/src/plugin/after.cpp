// Evidence is collected per type, and the judges of insight/ decide. What they do not cover is said from the
// table.
#include "plugin/after.hpp"

#include <algorithm>

#include "insight/cholesky.hpp"
#include "insight/least_squares.hpp"
#include "insight/lu_solve.hpp"
#include "insight/screen.hpp"
#include "lapack_ai/abi/enhancer.h"
#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/dtype.hpp"
#include "numerics/residual.hpp"
#include "report/words.hpp"
#include "table/explain.hpp"

namespace lapack_ai::diagnostics {
namespace {

template <class T>
MatrixView<T> matrix(const lai_call &call, int operand) {
    const lai_operand &A = *LAI_OPERAND(&call, operand);
    return {static_cast<const T *>(A.data), A.rows, A.cols, A.ld};
}

std::optional<Finding> said(Finding &&finding) {
    if (finding.empty()) return std::nullopt;
    return std::move(finding);
}

template <class T>
double residual(const lai_call &call, const KnownOp &op, const Kept &kept) {
    if (kept.sketch == nullptr) return not_computed;
    using R = Real<T>;
    const MatrixView<T> X = matrix<T>(call, op.b);
    const index_t n = matrix<T>(call, op.a).n;
    return sketched_backward_error<T>({kept.trans, n, X.n, kept.norm1}, static_cast<const R *>(kept.sketch),
                                      static_cast<const R *>(kept.b_sketch),
                                      static_cast<const R *>(kept.b_norm), X.data, X.ld);
}

template <class T>
std::optional<Finding> judge(const Options &options, const KnownOp &op, const lai_call &call,
                             const lai_result &result, const Kept &kept, bool estimate) {
    using R = Real<T>;
    const MatrixView<T> A = matrix<T>(call, op.a);
    const bool mirrored = swapped(op, call);
    const auto name = [&] { return routine_name(op, call.dtype); };
    if (op.watch == Watch::lu && A.m != A.n) {
        if (result.info <= 0) return {};
        LuEvidence<T> e;
        e.routine = name();
        e.info = result.info;
        e.factors = A;
        e.column_sum = static_cast<const R *>(kept.column_sum);
        e.row_max = static_cast<const R *>(kept.row_max);
        e.words = Words(call.language);
        return said(judge_rectangular_lu(e));
    }
    if (op.watch == Watch::lu) {
        const double error = result.info == 0 && op.solves ? residual<T>(call, op, kept) : not_computed;
        const bool quiet = result.info == 0 && !estimate && !(error > backward_error_limit<T>());
        if (quiet && !lu_is_suspicious(A)) return {};
        LuEvidence<T> e;
        e.routine = name();
        e.info = result.info;
        e.factors = A;
        e.ipiv = static_cast<const index_t *>(
            LAI_OPERAND(&call, op.solves ? LAI_GESV_IPIV : LAI_GETRF_IPIV)->data);
        e.norm1 = kept.norm1;
        e.column_sum = static_cast<const R *>(kept.column_sum);
        e.row_max = static_cast<const R *>(kept.row_max);
        e.backward_error = error;
        e.solved = op.solves;
        e.swapped = mirrored;
        e.estimate_condition = estimate;
        e.condition_threshold = options.condition_threshold;
        e.words = Words(call.language);
        return said(judge_lu(e));
    }
    if (op.watch == Watch::cholesky) {
        CholeskyEvidence<T> e;
        e.info = result.info;
        e.factor = A;
        e.part = call.flags[op.uplo] == 'U' ? Part::upper : Part::lower;
        e.norm1 = kept.norm1;
        e.diagonal = static_cast<const R *>(kept.diagonal);
        e.column_sum = static_cast<const R *>(kept.column_sum);
        e.solved = op.solves;
        e.estimate_condition = estimate;
        e.routine = name();
        e.words = Words(call.language);
        return said(judge_cholesky(e));
    }
    if (op.watch == Watch::least) {
        LeastSquaresEvidence<T> e;
        e.info = result.info;
        e.factors = A;
        e.column_sum = static_cast<const R *>(kept.column_sum);
        e.row_max = static_cast<const R *>(kept.row_max);
        e.swapped = mirrored;
        e.routine = name();
        e.words = Words(call.language);
        return said(judge_least_squares(e));
    }
    return {};
}

Finding say_rank(const KnownOp &op, const lai_call &call, const lai_result &result) {
    const std::int64_t full = std::min(call.dims[LAI_GELSD_M], call.dims[LAI_GELSD_N]);
    if (result.rank < 0 || result.rank >= full || full == 0) return {};
    Finding finding = make_finding(Category::rank_deficient, routine_name(op, call.dtype), 0);
    finding.severity = LAI_SEVERITY_NOTE;
    finding.state = ResultState::usable;
    finding.matrix = "A";
    finding.rank = result.rank;
    finding.message = upper_case(finding.routine) + ": A has rank " + std::to_string(result.rank) + " of " +
                      std::to_string(full) + "; the minimum norm solution was returned";
    finding.facts.push_back("singular values below rcond * s(1) were taken as zero");
    finding.actions.assign(
        {{"change rcond if the cut is not where it should be", LAI_APPLICABILITY_PLACEHOLDER}});
    return finding;
}

// The table's word on INFO > 0; the routine is the one that the backend says it used, when the table knows
// it.
Finding explain_info(const KnownOp &op, const lai_call &call, const lai_result &result) {
    std::string name = routine_name(op, call.dtype);
    if (result.algorithm != nullptr)
        if (const auto used = Routine::find(name.substr(0, 1) + result.algorithm)) name = used->name();
    Finding finding = explain(name, result.info, bindings_of(op, call), Words(call.language));
    if (call.batch > 1) finding.batch_index = result.batch_index;
    return finding;
}

}  // namespace

std::optional<Finding> look_after(const Options &options, const KnownOp &op, const lai_call &call,
                                  const lai_result &result, const Kept *kept, bool estimate) {
    if (kept == nullptr) return result.info != 0 ? said(explain_info(op, call, result)) : std::nullopt;
    if (kept->a.count > 0)
        return say_nonfinite(routine_name(op, call.dtype), result.info, "A", kept->a, swapped(op, call),
                             Words(call.language));
    if (kept->b.count > 0)
        return say_nonfinite(routine_name(op, call.dtype), result.info, "B", kept->b, false,
                             Words(call.language));
    auto finding = sdk::visit(call.dtype, [&]<class T>(sdk::Type<T>) {
        return judge<T>(options, op, call, result, *kept, estimate);
    });
    if (!finding && result.info != 0) finding = said(explain_info(op, call, result));
    if (!finding && result.rank >= 0 && std::string_view(op.stem) == "gelsd")
        finding = said(say_rank(op, call, result));
    if (kept->asymmetry.size > 0) {
        const Finding other = say_asymmetric(routine_name(op, call.dtype), "A", kept->asymmetry,
                                             static_cast<char>(call.flags[op.uplo]), Words(call.language));
        if (!finding) return other;
        finding->facts.push_back("ASYMMETRIC: " + other.facts.front());
        finding->facts.push_back(other.message.substr(other.message.find(": ") + 2));
    }
    return finding;
}

}  // namespace lapack_ai::diagnostics
