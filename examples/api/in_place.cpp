// LAPACK's routines on the caller's storage: nothing is allocated, nothing is thrown, INFO is returned.
#include <cstdio>
#include <lapack_ai/lapack_ai.hpp>
#include <vector>

int main() {
    // Settings of this context only; the process's default context has none of its own.
    lapack_ai::Context ctx({{{"dispatch.fallback", "strict"}}, ""});

    std::vector<double> storage{4, 1, 1, 3};
    lapack_ai::matrix_view<double> A(storage.data(), 2, 2);
    std::vector<double> b{5, 4};

    const std::int64_t info = ctx.posv(lapack_ai::Uplo::lower, A, b, {.backend = "cpu_lapack", .threads = 1});
    if (info != 0) {
        std::printf("%s\n", lai_last_error());
        return 1;
    }
    std::printf("x = %g, %g\n", b[0], b[1]);

    // C := 2 A B - C on any mixture of layouts.
    lapack_ai::Matrix<double> C(2, 2, 1.0);
    lapack_ai::check(ctx.gemm(lapack_ai::Trans::none, lapack_ai::Trans::transpose, 2.0, A, A, -1.0, C));

    // Which backend would take a large product, and why.
    std::fputs(ctx.explain<double>("gemm", {4000, 4000, 4000}).c_str(), stdout);
    return 0;
}
