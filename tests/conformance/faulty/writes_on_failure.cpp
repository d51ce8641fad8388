// C is scaled by beta before scratch is asked for, which may be refused.
#include "base.hpp"

namespace {

using namespace faulty;

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        const auto run = [&]<typename T>(T) -> lai_status {
            Gemm<T> g(call);
            for (int64_t j = 0; j < g.n; ++j)
                for (int64_t i = 0; i < g.m; ++i) {
                    T &c = g.C[i + j * g.ldc];
                    c = g.beta == T{} ? T{} : g.beta * c;
                }
            T *column = column_of<T>(call);
            if (!column) return LAI_OUT_OF_MEMORY;
            g.beta = 1;
            multiply(g, column);
            return LAI_OK;
        };
        return call.dtype == LAI_DTYPE_F64 ? run(double{}) : run(std::complex<double>{});
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);
