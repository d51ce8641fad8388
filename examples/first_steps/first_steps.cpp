// The library from C++ in a dozen lines: a system solved, who solved it and why.
#include <iostream>
#include <lapack_ai/lapack_ai.hpp>
#include <vector>

int main() {
    const std::vector<double> a{4, 1, 2,  //
                                1, 3, 0,  //
                                2, 0, 5};
    const std::vector<double> b{7, 4, 7};
    const lapack_ai::matrix_view<const double> A(a, 3, 3, lapack_ai::Layout::row_major), B(b, 3, 1);

    const lapack_ai::Context context;
    try {
        const auto solution = context.solve(A, B);
        std::cout << "x = " << solution.X(0, 0) << ", " << solution.X(1, 0) << ", " << solution.X(2, 0)
                  << '\n'
                  << "solved by " << solution.report.backend << " in " << solution.report.actual_seconds
                  << " s\n";
    } catch (const lapack_ai::error &error) {
        std::cerr << error.what()
                  << '\n';  // a singular A: which columns depend on each other, and what to do
        return 1;
    }
}
