// All calls share one scratch column.
#include <thread>

#include "base.hpp"

namespace {

using namespace faulty;

char shared[4096 * 16];

struct Fault : Right {
    static lai_status execute(const lai_call &call) {
        const auto run = [&]<typename T>(T) -> lai_status {
            Gemm<T> g(call);
            T *column = reinterpret_cast<T *>(shared);
            const int64_t n = g.n;
            g.n = 1;
            for (int64_t j = 0; j < n; ++j) {
                for (int64_t i = 0; i < g.m; ++i) column[i] = T{};
                for (int64_t l = 0; l < g.k && g.alpha != T{}; ++l)
                    for (int64_t i = 0; i < g.m; ++i) column[i] += g.a(i, l) * g.b(l, j);
                std::this_thread::yield();
                for (int64_t i = 0; i < g.m; ++i) {
                    T &c = g.C[i + j * g.ldc];
                    c = g.beta == T{} ? g.alpha * column[i] : g.alpha * column[i] + g.beta * c;
                }
            }
            return LAI_OK;
        };
        return call.dtype == LAI_DTYPE_F64 ? run(double{}) : run(std::complex<double>{});
    }
};

}  // namespace

FAULTY_PLUGIN(Fault);
