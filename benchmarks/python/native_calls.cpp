// The C++ side of bench_python: the same calls as lapack_py's, made from C++ in the same process.
#include <chrono>
#include <cstdint>
#include <lapack_ai/lapack_ai.hpp>
#include <vector>

namespace {

using lapack_ai::matrix_view;

template <typename Work>
double seconds_per_call(std::int64_t calls, Work work) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::int64_t i = 0; i < calls; ++i) work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() /
           static_cast<double>(calls);
}

const lapack_ai::options wanted{.accuracy = lapack_ai::Accuracy::componentwise};
const std::vector<double> numbers{4, 1, 1, 3}, right{1, 2};

}  // namespace

// Seconds a call of a 2 x 2 problem takes, results allocated as the C++ API does: "solve", "matmul" or "svd".
extern "C" __attribute__((visibility("default"))) double native_seconds(char operation, std::int64_t calls) {
    static const lapack_ai::Context context;
    const matrix_view<const double> A(numbers.data(), 2, 2, 0, lapack_ai::Layout::row_major);
    const matrix_view<const double> b(right.data(), 2, 1);
    switch (operation) {
        case 's':
            return seconds_per_call(calls, [&] { context.solve(A, b, wanted); });
        case 'm':
            return seconds_per_call(calls, [&] { context.matmul(A, A, wanted); });
        default:
            return seconds_per_call(calls, [&] { context.svd(A, lapack_ai::Vectors::full, wanted); });
    }
}
