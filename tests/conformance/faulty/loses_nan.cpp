// What is not a number counts as 0.
#include <cmath>

#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        const lai_status status = Right::execute(call);
        if (status != LAI_OK || call.dtype != LAI_DTYPE_F64) return status;
        const Gemm<double> g(call);
        for (int64_t j = 0; j < g.n; ++j)
            for (int64_t i = 0; i < g.m; ++i)
                if (!std::isfinite(g.C[i + j * g.ldc])) g.C[i + j * g.ldc] = 0;
        return LAI_OK;
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);
