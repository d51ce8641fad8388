// A thin SVD of a row-major matrix in the caller's own storage, and what errors look like.
#include <cstdio>
#include <lapack_ai/lapack_ai.hpp>
#include <vector>

int main() {
    lapack_ai::Context ctx;

    // Any storage will do: here three rows of two, one after the other.
    const std::vector<double> numbers{3, 0, 0, 4, 0, 0};
    const lapack_ai::matrix_view<const double> A(numbers.data(), 3, 2, 0, lapack_ai::Layout::row_major);

    const auto r = ctx.svd(A);
    std::printf("singular values %g and %g, U is %d x %d\n", r.S[0], r.S[1], static_cast<int>(r.U.rows()),
                static_cast<int>(r.U.cols()));
    std::printf("%s ran it\n", r.report.backend);

    try {
        ctx.solve(lapack_ai::Matrix<double>(2, 2, 1.0), std::vector<double>{1, 2});
    } catch (const lapack_ai::singular_error &e) {
        std::printf("INFO = %d: %s\n", static_cast<int>(e.info()), e.what());
    }

    // Without exceptions: info says how it went.
    const auto quiet =
        ctx.solve(std::nothrow, lapack_ai::Matrix<double>(2, 2, 1.0), std::vector<double>{1, 2});
    std::printf("info = %d\n", static_cast<int>(quiet.info));
    return r.S[0] == 4 ? 0 : 1;
}
