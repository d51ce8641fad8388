// Views of what users have: spans, vectors, Eigen-like and mdspan-like types, sub-blocks, both layouts.
#include <gtest/gtest.h>

#include <lapack_ai/lapack_ai.hpp>
#include <span>
#include <vector>

namespace {

using lapack_ai::Layout;
using lapack_ai::Matrix;
using lapack_ai::matrix_view;
using lapack_ai::view_of;

// What Eigen::Map offers of its interface: data, rows, cols, rowStride, colStride.
struct EigenLike {
    const double *data() const { return elements.data(); }
    double *data() { return elements.data(); }
    long rows() const { return 2; }
    long cols() const { return 3; }
    long rowStride() const { return row_major ? 4 : 1; }
    long colStride() const { return row_major ? 1 : 5; }
    bool row_major = false;
    std::vector<double> elements = std::vector<double>(15);
};

struct MdspanLike {
    double *data() const { return elements; }
    std::size_t rows() const { return 2; }
    std::size_t cols() const { return 2; }
    std::size_t stride(int dim) const { return dim == 0 ? 2 : 1; }
    double *elements = nullptr;
};

struct Plain {
    const float *data() const { return nullptr; }
    int rows() const { return 4; }
    int cols() const { return 5; }
};

static_assert(lapack_ai::MatrixLike<EigenLike>);
static_assert(lapack_ai::MatrixLike<std::vector<std::complex<float>>>);
static_assert(lapack_ai::MatrixLike<std::span<const double>>);
static_assert(lapack_ai::MatrixLike<matrix_view<const double>>);
static_assert(!lapack_ai::MatrixLike<std::vector<int>>);
static_assert(!lapack_ai::MatrixLike<int>);
static_assert(
    std::is_same_v<decltype(view_of(std::declval<const EigenLike &>())), matrix_view<const double>>);
static_assert(std::is_same_v<decltype(view_of(std::declval<EigenLike &>())), matrix_view<double>>);
static_assert(std::is_convertible_v<matrix_view<double>, matrix_view<const double>>);
static_assert(!std::is_convertible_v<matrix_view<const double>, matrix_view<double>>);

template <typename View>
void expect_view(const View &view, std::int64_t rows, std::int64_t cols, std::int64_t row_stride,
                 std::int64_t col_stride) {
    EXPECT_EQ(view.rows(), rows);
    EXPECT_EQ(view.cols(), cols);
    EXPECT_EQ(view.row_stride(), row_stride);
    EXPECT_EQ(view.col_stride(), col_stride);
}

TEST(MatrixView, FromOtherLibrariesTypes) {
    EigenLike eigen;
    expect_view(view_of(eigen), 2, 3, 1, 5);
    eigen.row_major = true;
    expect_view(view_of(eigen), 2, 3, 4, 1);
    expect_view(view_of(MdspanLike{}), 2, 2, 2, 1);
    expect_view(view_of(Plain{}), 4, 5, 1, 4);
    std::vector<double> column(7);
    expect_view(view_of(column), 7, 1, 1, 7);
    expect_view(view_of(std::span<const double>(column)), 7, 1, 1, 7);
    expect_view(view_of(Matrix<double>(3, 2)), 3, 2, 1, 3);
    expect_view(matrix_view<double>(std::span<double>(column), 2, 3, Layout::row_major), 2, 3, 3, 1);
}

TEST(MatrixView, ElementsAndTransposition) {
    std::vector<double> x{1, 2, 3, 4, 5, 6};
    const matrix_view<double> rows(x.data(), 2, 3, 0, Layout::row_major);
    EXPECT_EQ(rows(0, 2), 3);
    EXPECT_EQ(rows(1, 0), 4);
    EXPECT_EQ(rows.transposed()(2, 0), 3);
    const Matrix<double> copy{rows};
    EXPECT_EQ(copy(1, 0), 4);
    EXPECT_EQ(copy.data()[1], 4);
}

TEST(MatrixView, WhatStandsInWhichLayout) {
    double x[64];
    const auto strided = [&](std::int64_t m, std::int64_t n, std::int64_t rs, std::int64_t cs) {
        return matrix_view<double>::strided(x, m, n, rs, cs);
    };
    const Layout col = Layout::col_major, row = Layout::row_major;
    EXPECT_TRUE(strided(3, 4, 1, 3).stands_in(col));
    EXPECT_FALSE(strided(3, 4, 1, 3).stands_in(row));
    EXPECT_TRUE(strided(3, 4, 5, 1).stands_in(row));
    EXPECT_EQ(strided(3, 4, 5, 1).layout(), row);
    EXPECT_EQ(strided(3, 4, 5, 1).ld(row), 5);
    EXPECT_FALSE(strided(3, 4, 2, 10).stands_in(col));
    EXPECT_FALSE(strided(3, 4, 2, 10).stands_in(row));
    EXPECT_FALSE(strided(3, 4, 1, 2).stands_in(col));  // columns overlap
    EXPECT_FALSE(strided(3, 4, 1, -3).stands_in(col));
    EXPECT_TRUE(strided(3, 1, 1, 1).stands_in(col));  // one column: its stride does not matter
    EXPECT_TRUE(strided(3, 1, 1, 1).stands_in(row));
    EXPECT_TRUE(strided(1, 4, 7, 1).stands_in(row));
    EXPECT_TRUE(strided(1, 4, 9, 2).stands_in(col));  // a strided row is a column-major matrix of one row
    EXPECT_EQ(strided(1, 4, 9, 2).ld(col), 2);
    EXPECT_EQ(strided(0, 0, 1, 0).ld(col), 1);
}

TEST(MatrixView, CallsThroughEveryKindOfStorage) {
    // x = A^-1 b for the same A, stored in each way, must be the same; the sub-block's surroundings stay.
    lapack_ai::Context ctx;
    const double a[2][2] = {{4, 1}, {2, 3}};
    for (const auto &[rs, cs] : {std::pair{1, 2}, {2, 1}, {1, 5}, {6, 1}, {2, 7}, {9, 3}, {-1, 4}}) {
        std::vector<double> storage(64, -9), rhs{6, 8};
        double *origin = storage.data() + 20;
        const auto A = matrix_view<double>::strided(origin, 2, 2, rs, cs);
        for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 2; ++j) A(i, j) = a[i][j];
        const std::vector<double> before = storage;
        const auto r = ctx.solve(A, rhs);
        EXPECT_NEAR(r.X(0, 0), 1, 1e-14) << rs << ' ' << cs;
        EXPECT_NEAR(r.X(1, 0), 2, 1e-14) << rs << ' ' << cs;
        EXPECT_EQ(storage, before);
        std::vector<std::int64_t> ipiv(2);
        auto in_place = A;
        ASSERT_EQ(ctx.gesv(in_place, ipiv, rhs), 0) << lai_last_error();
        EXPECT_NEAR(rhs[0], 1, 1e-14) << rs << ' ' << cs;
        int changed = 0;
        for (std::size_t i = 0; i < storage.size(); ++i) changed += storage[i] != before[i];
        EXPECT_LE(changed, 4);
        EXPECT_GT(changed, 0);  // the factors were written back
    }
}

}  // namespace
