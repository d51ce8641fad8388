// Matrices that stay on the GPU between calls, and what happens where there is none.
#include <cstdio>
#include <lapack_ai/lapack_ai.hpp>

int main() {
    using lapack_ai::Trans;
    lapack_ai::Context ctx;
    const lapack_ai::Matrix<double> A(300, 200, 0.5), B(200, 100, 2.0);
    try {
        const auto dA = ctx.to_device(A), dB = ctx.to_device(B);
        auto dC = ctx.device_matrix<double>(300, 100), dG = ctx.device_matrix<double>(100, 100);
        lapack_ai::check(ctx.gemm(Trans::none, Trans::none, 1.0, dA, dB, 0.0, dC));       // C = A B
        lapack_ai::check(ctx.gemm(Trans::transpose, Trans::none, 1.0, dC, dC, 0.0, dG));  // G = C**T C
        const lapack_ai::Matrix<double> G = dG.download();
        std::printf("G(0, 0) = %g, computed by %s\n", G(0, 0), lapack_ai::last_report().backend);
        return G(0, 0) == 300 * 200.0 * 200.0 ? 0 : 1;
    } catch (const lapack_ai::gpu_unavailable_error &e) {
        std::printf("%s\n", e.what());
        return 0;
    }
}
