// How honest the CPU plugins' prices are before any calibration: predicted against measured seconds of each
// op at sizes from 8 to 500, one thread and two. Per op the geometric mean of max(predicted/measured,
// measured/predicted); 2 is the promise. With --all it prints every single measurement too: the table from
// which plugins/cpu_lapack/speed.cpp is fitted.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>

#include "lapack_ai/abi/ops.h"
#include "lapack_ai/abi/schema.h"
#include "support/figures.hpp"
#include "support/matrix.hpp"
#include "support/plugin_fixture.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;
using lapack_ai::bench::Figure;

// Inputs of one op at one size; `reset` puts the overwritten ones back.
struct Problem {
    explicit Problem(std::int64_t size)
        : n(size),
          pristine(random_matrix<double>(n, n, 1)),
          A(pristine),
          right_side(random_matrix<double>(n, n, 2)),
          B(right_side),
          C(n, n),
          x(static_cast<std::size_t>(n) + 1),
          ipiv(static_cast<std::size_t>(n) + 1) {
        for (std::int64_t i = 0; i < n; ++i) {
            pristine(i, i) +=
                2.0 * static_cast<double>(n);  // well-conditioned, positive definite by its lower triangle
            ipiv[static_cast<std::size_t>(i)] = i + 1;
        }
    }
    void reset() {
        A = pristine;
        B = right_side;
        std::copy_n(right_side.data(), n, x.begin());
    }
    MatrixView<double> vector() { return {x.data(), n, 1, n}; }

    std::int64_t n;
    Matrix<double> pristine, A, right_side, B, C;
    std::vector<double> x;
    std::vector<std::int64_t> ipiv;
};

struct Op {
    const char *name;
    const char *id;
    std::function<void(CallBuilder &, Problem &)> arguments;
};

const Op ops[] = {
    {"gemm", LAI_OP_GEMM,
     [](CallBuilder &c, Problem &p) {
         c.dims(p.n, p.n, p.n)
             .flags('N', 'N')
             .scalars(1, 0)
             .matrix(p.A.view())
             .matrix(p.B.view())
             .matrix(p.C.view());
     }},
    {"getrf", LAI_OP_GETRF,
     [](CallBuilder &c, Problem &p) { c.dims(p.n, p.n).matrix(p.A.view()).indices(p.ipiv.data(), p.n); }},
    {"getri", LAI_OP_GETRI,
     [](CallBuilder &c, Problem &p) { c.dims(p.n).matrix(p.A.view()).indices(p.ipiv.data(), p.n); }},
    {"getrs n", LAI_OP_GETRS,
     [](CallBuilder &c, Problem &p) {
         c.dims(p.n, p.n).flags('N').matrix(p.A.view()).indices(p.ipiv.data(), p.n).matrix(p.B.view());
     }},
    {"getrs 1", LAI_OP_GETRS,
     [](CallBuilder &c, Problem &p) {
         c.dims(p.n, 1).flags('N').matrix(p.A.view()).indices(p.ipiv.data(), p.n).matrix(p.vector());
     }},
    {"potrf", LAI_OP_POTRF, [](CallBuilder &c, Problem &p) { c.dims(p.n).flags('L').matrix(p.A.view()); }},
    {"geqrf", LAI_OP_GEQRF,
     [](CallBuilder &c, Problem &p) { c.dims(p.n, p.n).matrix(p.A.view()).matrix(p.vector()); }},
    {"gesvd NN", LAI_OP_GESVD,
     [](CallBuilder &c, Problem &p) {
         c.dims(p.n, p.n).flags('N', 'N').matrix(p.A.view()).matrix(p.vector());
         c.absent(LAI_DTYPE_F64).absent(LAI_DTYPE_F64);
     }},
    {"gesvd SS", LAI_OP_GESVD,
     [](CallBuilder &c, Problem &p) {
         c.dims(p.n, p.n)
             .flags('S', 'S')
             .matrix(p.A.view())
             .matrix(p.vector())
             .matrix(p.B.view())
             .matrix(p.C.view());
     }},
    {"syev N", LAI_OP_SYEV,
     [](CallBuilder &c, Problem &p) { c.dims(p.n).flags('N', 'L').matrix(p.A.view()).matrix(p.vector()); }},
    {"syev V", LAI_OP_SYEV,
     [](CallBuilder &c, Problem &p) { c.dims(p.n).flags('V', 'L').matrix(p.A.view()).matrix(p.vector()); }},
    {"geev V", LAI_OP_GEEV,
     [](CallBuilder &c, Problem &p) {
         c.dims(p.n).flags('N', 'V').matrix(p.A.view());
         c.operand(LAI_DTYPE_C64, p.C.data(), p.n / 2, 1, p.n).absent(LAI_DTYPE_F64).matrix(p.B.view());
     }},
    {"gecon", LAI_OP_GECON,
     [](CallBuilder &c, Problem &p) {
         c.dims(p.n).flags('1').scalars(1).matrix(p.A.view()).matrix(MatrixView<double>{p.x.data(), 1, 1, 1});
     }},
};

// Median seconds of calls within a small time box.
double measure(const TestPlugin &plugin, CallBuilder &call, Problem &problem) {
    using Clock = std::chrono::steady_clock;
    std::vector<double> samples;
    plugin.run(call);
    const auto start = Clock::now();
    do {
        problem.reset();
        const auto before = Clock::now();
        plugin.run(call);
        samples.push_back(std::chrono::duration<double>(Clock::now() - before).count());
    } while (samples.size() < 1000 && Clock::now() - start < std::chrono::milliseconds(40));
    return lapack_ai::bench::median(samples);
}

}  // namespace

int main(int count, char **arguments) {
    bool json = false, all = false;
    for (int i = 1; i < count; ++i) {
        json |= std::strcmp(arguments[i], "--json") == 0;
        all |= std::strcmp(arguments[i], "--all") == 0;
    }
    const TestHost host;
    const TestPlugin openblas(CPU_LAPACK_PLUGIN, host), reference(CPU_REFERENCE_PLUGIN, host);
    std::vector<Figure> figures;
    for (const TestPlugin *plugin : {&openblas, &reference})
        for (const Op &op : ops) {
            double log_sum = 0;
            long samples = 0;
            for (const std::int64_t n : {8, 32, 100, 250, 500})
                for (const int threads : {1, 2}) {
                    if (threads == 2 && (plugin == &reference || n < 100)) continue;
                    Problem problem(n);
                    problem.reset();
                    CallBuilder call(op.id, LAI_DTYPE_F64);
                    op.arguments(call, problem);
                    call.threads(threads);
                    lai_cost cost;
                    plugin->query(call, cost);
                    const double measured = measure(*plugin, call, problem);
                    const double log_ratio = std::log(cost.compute_seconds / measured);
                    log_sum += std::abs(log_ratio);
                    ++samples;
                    if (all)
                        std::printf(
                            "%-14s %-9s n %4ld threads %d predicted %9.3g measured %9.3g ratio %6.2f\n",
                            plugin->entry().id, op.name, static_cast<long>(n), threads, cost.compute_seconds,
                            measured, std::exp(log_ratio));
                }
            Figure figure;
            figure.name = std::string("cost_prior ") + plugin->entry().id + " " + op.name;
            figure.value = std::exp(log_sum / static_cast<double>(samples));
            figure.unit = "x";
            figure.target = 2;
            figure.relation = "<=";
            figure.baseline = "measured seconds, n 8 to 500";
            figure.n = samples;
            figures.push_back(figure);
        }
    return lapack_ai::bench::print_figures(figures, json) ? 0 : 1;
}
