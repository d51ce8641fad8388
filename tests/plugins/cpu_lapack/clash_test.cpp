// A host that exports BLAS and LAPACK names of its own, all of them wrong, as a statically linked numerical
// program might. The plugins' inner calls must not reach them: loaded from a shared OpenBLAS they would, and
// INFO would be 0 with wrong numbers.
#include <atomic>

#include "backends.hpp"

namespace {

std::atomic<int> hijacked{0};

}  // namespace

#define BOGUS(name)                                                       \
    extern "C" __attribute__((visibility("default"))) void name();        \
    extern "C" __attribute__((visibility("default"), used)) void name() { \
        ++hijacked;                                                       \
    }
BOGUS(dgemm_)
BOGUS(dgemv_)
BOGUS(dtrsm_)
BOGUS(dtrmm_)
BOGUS(dtrmv_)
BOGUS(dtrsv_)
BOGUS(dsyrk_)
BOGUS(dsyr2k_)
BOGUS(dsymv_)
BOGUS(dger_)
BOGUS(dscal_)
BOGUS(daxpy_)
BOGUS(dcopy_)
BOGUS(dswap_)
BOGUS(dnrm2_)
BOGUS(ddot_)
BOGUS(idamax_)
BOGUS(dgetrf_)
BOGUS(dgetrf2_)
BOGUS(dgetrs_)
BOGUS(dlaswp_)
BOGUS(dlarft_)
BOGUS(dlarfb_)
BOGUS(dgeqrf_)
BOGUS(dlange_)
BOGUS(dlacpy_)
BOGUS(dlaset_)
BOGUS(dbdsdc_)
BOGUS(ilaenv_)
BOGUS(lsame_)
BOGUS(xerbla_)
BOGUS(gotoblas)
#undef BOGUS

namespace {

using namespace lapack_ai::sdk;
using namespace lapack_ai::test;

TEST(SymbolClash, HostRoutinesAreNeverCalled) {
    on_both([](const TestPlugin &plugin) {
        const std::int64_t n = 90;
        const auto A = random_matrix<double>(n, n, 91), B = random_matrix<double>(n, 5, 92);
        Matrix<double> C(n, 5);
        CallBuilder gemm(LAI_OP_GEMM, LAI_DTYPE_F64);
        gemm.dims(n, 5, n).flags('N', 'N').scalars(1, 0).threads(2);
        gemm.matrix(A.view()).matrix(B.view()).matrix(C.view());
        plugin.run(gemm);
        EXPECT_LE(
            in_units<double>(norm(subtract(C.wide(), multiply(A.wide(), B.wide()))), n, norm(A) * norm(B)),
            threshold);

        auto LU = A, X = B;
        std::vector<std::int64_t> ipiv(static_cast<std::size_t>(n));
        CallBuilder gesv(LAI_OP_GESV, LAI_DTYPE_F64);
        gesv.dims(n, 5).flags('N').matrix(LU.view()).indices(ipiv.data(), n).matrix(X.view());
        EXPECT_EQ(plugin.run(gesv).info, 0);
        EXPECT_LE(
            in_units<double>(norm(subtract(B.wide(), multiply(A.wide(), X.wide()))), n, norm(A) * norm(X)),
            threshold);

        auto copy = A;
        Matrix<double> U(n, n), VT(n, n);
        std::vector<double> S(static_cast<std::size_t>(n));
        CallBuilder gesvd(LAI_OP_GESVD, LAI_DTYPE_F64);
        gesvd.dims(n, n).flags('S', 'S').matrix(copy.view()).matrix(MatrixView<double>{S.data(), n, 1, n});
        gesvd.matrix(U.view()).matrix(VT.view());
        EXPECT_EQ(plugin.run(gesvd).info, 0);
        auto US = U.wide();
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t i = 0; i < n; ++i) US(i, j) *= S[static_cast<std::size_t>(j)];
        EXPECT_LE(in_units<double>(norm(subtract(A.wide(), multiply(US, VT.wide()))), n, norm(A)), threshold);
    });
    EXPECT_EQ(hijacked.load(), 0);
}

}  // namespace
