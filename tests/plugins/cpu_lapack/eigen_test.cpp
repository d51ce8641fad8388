// syev (heev) and geev: residuals of the eigenpairs, orthogonality, known spectra.
#include "backends.hpp"

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

template <typename T>
class EigenTest : public testing::Test {};
TYPED_TEST_SUITE(EigenTest, AllTypes);

// Only the named triangle holds A; the other is poison that must not be read.
template <typename T>
Matrix<T> only_triangle(char uplo, Matrix<T> A) {
    for (std::int64_t j = 0; j < A.cols(); ++j)
        for (std::int64_t i = 0; i < A.rows(); ++i)
            if (uplo == 'U' ? i > j : i < j) A(i, j) = T(std::numeric_limits<RealOf<T>>::quiet_NaN());
    return A;
}

template <typename T>
lai_result syev(const TestPlugin &plugin, char jobz, char uplo, Matrix<T> &A, std::vector<RealOf<T>> &W) {
    const std::int64_t n = A.rows();
    W.assign(static_cast<std::size_t>(n) + 1, RealOf<T>(-99));
    CallBuilder call(LAI_OP_SYEV, dtype_of<T>);
    call.dims(n).flags(jobz, uplo).matrix(A.view()).threads(2);
    call.matrix(MatrixView<RealOf<T>>{W.data(), n, 1, std::max<std::int64_t>(1, n)});
    const lai_result result = plugin.run(call);
    EXPECT_EQ(W.back(), RealOf<T>(-99));
    return result;
}

TYPED_TEST(EigenTest, HermitianPairs) {
    using T = TypeParam;
    on_both([](const TestPlugin &plugin) {
        for (const std::int64_t n : {0, 1, 2, 30, 70})
            for (const double condition : conditions())
                for (const char uplo : {'U', 'L'}) {
                    SCOPED_TRACE(testing::Message() << n << " " << condition << " " << uplo);
                    auto exact = geometric(n, condition);
                    for (std::size_t i = 0; i < exact.size(); i += 2) exact[i] = -exact[i];  // indefinite
                    const auto A = with_eigenvalues<T>(exact, 71, 1);
                    std::sort(exact.begin(), exact.end());
                    auto Q = only_triangle(uplo, A);
                    std::vector<RealOf<T>> W, alone;
                    EXPECT_EQ(syev(plugin, 'V', uplo, Q, W).info, 0);
                    EXPECT_LE(orthogonality(Q), threshold);
                    EXPECT_TRUE(Q.padding_intact());
                    auto scaled = Q.wide();
                    for (std::int64_t j = 0; j < n; ++j)
                        for (std::int64_t i = 0; i < n; ++i) scaled(i, j) *= W[static_cast<std::size_t>(j)];
                    EXPECT_LE(in_units<T>(norm(subtract(multiply(A.wide(), Q.wide()), scaled)), n, norm(A)),
                              threshold);

                    auto copy = only_triangle(uplo, A);
                    EXPECT_EQ(syev(plugin, 'N', uplo, copy, alone).info, 0);
                    for (std::size_t i = 0; i < exact.size(); ++i) {
                        EXPECT_LE(in_units<T>(std::abs(static_cast<double>(W[i]) - exact[i]), n, 1),
                                  threshold);
                        EXPECT_LE(in_units<T>(std::abs(static_cast<double>(alone[i]) - exact[i]), n, 1),
                                  threshold);
                    }
                }
    });
}

TYPED_TEST(EigenTest, HermitianRepeatedZeroHugeTiny) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        const std::int64_t n = 24;
        std::vector<Matrix<T>> ugly = {Matrix<T>(n, n), with_eigenvalues<T>(std::vector<double>(n, 2.0), 72),
                                       with_eigenvalues<T>(geometric(n, 10), 73),
                                       with_eigenvalues<T>(geometric(n, 10), 74)};
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < n; ++i) {
                ugly[2](i, j) *= std::numeric_limits<R>::max() / R(1e4);
                ugly[3](i, j) *= std::numeric_limits<R>::min() * R(1e4);
            }
        for (const auto &A : ugly) {
            auto Q = A;
            std::vector<R> W;
            EXPECT_EQ(syev(plugin, 'V', 'L', Q, W).info, 0);
            EXPECT_LE(orthogonality(Q), threshold);
            auto scaled = Q.wide();
            for (std::int64_t j = 0; j < n; ++j)
                for (std::int64_t i = 0; i < n; ++i) scaled(i, j) *= W[static_cast<std::size_t>(j)];
            EXPECT_LE(in_units<T>(norm(subtract(multiply(A.wide(), Q.wide()), scaled)), n, norm(A)),
                      threshold);
        }
    });
}

// Column j of LAPACK's packed vectors as complex numbers.
template <typename T>
Matrix<std::complex<WideReal<T>>> unpack(const Matrix<T> &V, const std::vector<ComplexOf<T>> &W) {
    using C = std::complex<WideReal<T>>;
    Matrix<C> out(V.rows(), V.cols());
    for (std::int64_t j = 0; j < V.cols(); ++j) {
        if constexpr (is_complex<T>) {
            for (std::int64_t i = 0; i < V.rows(); ++i) out(i, j) = C(V(i, j));
        } else if (W[static_cast<std::size_t>(j)].imag() == 0) {
            for (std::int64_t i = 0; i < V.rows(); ++i) out(i, j) = C(V(i, j));
        } else {
            for (std::int64_t i = 0; i < V.rows(); ++i) {
                out(i, j) = C(V(i, j), V(i, j + 1));
                out(i, j + 1) = std::conj(out(i, j));
            }
            ++j;
        }
    }
    return out;
}

TYPED_TEST(EigenTest, GeneralPairs) {
    using T = TypeParam;
    using C = std::complex<WideReal<T>>;
    on_both([](const TestPlugin &plugin) {
        for (const std::int64_t n : {0, 1, 2, 30, 61})
            for (const char *job : {"NN", "VN", "NV", "VV"}) {
                SCOPED_TRACE(testing::Message() << n << " " << job);
                const auto A = random_matrix<T>(n, n, 75, 1);
                auto copy = A;
                std::vector<ComplexOf<T>> W(static_cast<std::size_t>(n));
                Matrix<T> VL(n, n, 2), VR(n, n);
                CallBuilder call(LAI_OP_GEEV, dtype_of<T>);
                call.dims(n).flags(job[0], job[1]).matrix(copy.view());
                call.matrix(MatrixView<ComplexOf<T>>{W.data(), n, 1, std::max<std::int64_t>(1, n)});
                job[0] == 'V' ? call.matrix(VL.view()) : call.absent(dtype_of<T>);
                job[1] == 'V' ? call.matrix(VR.view()) : call.absent(dtype_of<T>);
                EXPECT_EQ(plugin.run(call).info, 0);

                C trace{}, sum{};
                for (std::int64_t i = 0; i < n; ++i) {
                    trace += C(A(i, i));
                    sum += C(W[static_cast<std::size_t>(i)]);
                }
                EXPECT_LE(in_units<T>(static_cast<double>(std::abs(trace - sum)), n, norm(A)), threshold);
                const auto check = [&](const Matrix<C> &V, const Matrix<C> &M, bool conjugate_values) {
                    auto scaled = V;
                    for (std::int64_t j = 0; j < n; ++j)
                        for (std::int64_t i = 0; i < n; ++i) {
                            const C w(W[static_cast<std::size_t>(j)]);
                            scaled(i, j) *= conjugate_values ? std::conj(w) : w;
                        }
                    EXPECT_LE(in_units<T>(norm(subtract(multiply(M, V), scaled)), n, norm(A)), threshold);
                    for (std::int64_t j = 0; j < n; ++j) {
                        WideReal<T> length = 0;
                        for (std::int64_t i = 0; i < n; ++i) length += std::norm(V(i, j));
                        EXPECT_LE(in_units<T>(static_cast<double>(std::abs(length - 1)), n, 1), threshold);
                    }
                };
                const auto M = A.wide().template as<C>();
                if (job[1] == 'V') check(unpack(VR, W), M, false);
                if (job[0] == 'V') check(unpack(VL, W), op('C', M), true);
                EXPECT_TRUE(VL.padding_intact());
            }
    });
}

TYPED_TEST(EigenTest, RefuseWhatCouldHang) {
    using T = TypeParam;
    using R = RealOf<T>;
    on_both([](const TestPlugin &plugin) {
        for (const R bad : {std::numeric_limits<R>::infinity(), std::numeric_limits<R>::quiet_NaN()}) {
            auto A = random_matrix<T>(9, 9, 76);
            A(2, 5) = T(bad);  // in the upper triangle
            const auto before = A;
            std::vector<R> W(9);
            std::vector<ComplexOf<T>> values(9);
            CallBuilder syev_call(LAI_OP_SYEV, dtype_of<T>);
            syev_call.dims(9).flags('V', 'U').matrix(A.view()).matrix(MatrixView<R>{W.data(), 9, 1, 9});
            CallBuilder geev_call(LAI_OP_GEEV, dtype_of<T>);
            geev_call.dims(9).flags('N', 'N').matrix(A.view()).matrix(
                MatrixView<ComplexOf<T>>{values.data(), 9, 1, 9});
            geev_call.absent(dtype_of<T>).absent(dtype_of<T>);
            for (CallBuilder *call : {&syev_call, &geev_call}) {
                lai_result result{};
                EXPECT_EQ(plugin.execute(*call, result), LAI_INVALID);
                EXPECT_EQ(result.argument, 4u);
                EXPECT_TRUE(A.same_bits(before));
            }
        }
    });
}

}  // namespace
