// Cholesky whose INFO counts from 0.
#include <cmath>

#include "base.hpp"

namespace {

using namespace faulty;

// The order of the leading minor that is not positive definite; 0: all are.
int64_t factor(const lai_call &call) {
    const lai_operand &a = *LAI_OPERAND(&call, 0);
    auto *A = static_cast<double *>(a.data);
    const bool upper = call.flags[0] == 'U';
    const auto at = [&](int64_t i, int64_t j) -> double & {
        return upper ? A[j + i * a.ld] : A[i + j * a.ld];
    };
    for (int64_t j = 0; j < call.dims[0]; ++j) {
        double pivot = at(j, j);
        for (int64_t l = 0; l < j; ++l) pivot -= at(j, l) * at(j, l);
        if (!(pivot > 0)) return j + 1;
        at(j, j) = std::sqrt(pivot);
        for (int64_t i = j + 1; i < call.dims[0]; ++i) {
            for (int64_t l = 0; l < j; ++l) at(i, j) -= at(i, l) * at(j, l);
            at(i, j) /= at(j, j);
        }
    }
    return 0;
}

thread_local int64_t answered = 0;

struct Fault : Right {
    static constexpr const char *op = LAI_OP_POTRF;
    static constexpr uint64_t dtypes = LAI_DTYPE_BIT(LAI_DTYPE_F64);
    static bool takes(const lai_call &call) {
        return call.batch == 1 && !(LAI_OPERAND(&call, 0)->flags & LAI_OPERAND_POINTER_ARRAY);
    }
    static lai_cost price(const lai_call &call) {
        lai_cost cost{};
        const double n = double(call.dims[0]);
        cost.compute_seconds = n * n * n / 3 / flops_per_second;
        return cost;
    }
    static lai_status execute(const lai_call &call) {
        answered = factor(call);
        if (answered > 1) --answered;
        return LAI_OK;
    }
    static int64_t info(const lai_call &) { return answered; }
};

}  // namespace

FAULTY_PLUGIN(Fault);
