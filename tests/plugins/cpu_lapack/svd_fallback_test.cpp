// gesvd when gesdd does not converge, which no known finite matrix provokes: the op runs on a LAPACK whose
// gesdd scribbles over everything and reports failure. QR iteration must start from the kept matrix.
#include "backends.hpp"
#include "op_gesvd.hpp"

namespace {

using namespace lapack_ai;
using namespace lapack_ai::test;

// The plugin's own dgesvd_, so that this program needs no LAPACK.
void *native(const char *name) {
    const auto *table =
        static_cast<const lai_bench_native *>(cpu_lapack().entry().get_extension(LAI_EXT_BENCH_NATIVE));
    return table->symbol(name);
}

struct NeverConverges {
    static cpu::Int gesdd(char, cpu::Int m, cpu::Int n, double *A, cpu::Int lda, double *S, double *U,
                          cpu::Int, double *, cpu::Int, double *, cpu::Int, double *, cpu::Int *) {
        for (cpu::Int j = 0; j < n; ++j)
            for (cpu::Int i = 0; i < m; ++i) A[i + j * lda] = -3e33;
        S[0] = -1;
        if (U) U[0] = -1;
        return 1;
    }
    static cpu::Int gesvd(char jobu, char jobvt, cpu::Int m, cpu::Int n, double *A, cpu::Int lda, double *S,
                          double *U, cpu::Int ldu, double *VT, cpu::Int ldvt, double *work, cpu::Int lwork,
                          double *) {
        cpu::Int info = -99;
        reinterpret_cast<decltype(&cpu::dgesvd_)>(native("dgesvd_"))(
            &jobu, &jobvt, &m, &n, A, &lda, S, U, &ldu, VT, &ldvt, work, &lwork, &info, 1, 1);
        return info;
    }
    static cpu::Int geqrf(cpu::Int m, cpu::Int n, double *A, cpu::Int lda, double *tau, double *work,
                          cpu::Int lwork) {
        cpu::Int info = -99;
        reinterpret_cast<decltype(&cpu::dgeqrf_)>(native("dgeqrf_"))(&m, &n, A, &lda, tau, work, &lwork,
                                                                     &info);
        return info;
    }
    static cpu::Int gelqf(cpu::Int, cpu::Int, double *, cpu::Int, double *, double *, cpu::Int) {
        return -99;
    }
};

struct Case {
    std::int64_t m, n;
    char jobu, jobvt;
    const char *algorithm;
};

TEST(SvdFallback, StartsAgainFromTheKeptMatrix) {
    for (const Case &c :
         {Case{20, 12, 'S', 'S', "gesvd"}, Case{12, 20, 'A', 'A', "gesvd"}, Case{15, 15, 'N', 'N', "gesvd"},
          Case{60, 9, 'N', 'S', "geqrf, gesvd"}, Case{20, 12, 'O', 'S', "gesvd"}}) {
        SCOPED_TRACE(testing::Message() << c.m << "x" << c.n << " " << c.jobu << c.jobvt);
        const std::int64_t least = std::min(c.m, c.n);
        const auto exact = geometric(least, 100);
        auto A = with_singular_values<double>(c.m, c.n, exact, 97, 1);
        Matrix<double> U(c.m, c.m), VT(c.n, c.n);
        std::vector<double> S(static_cast<std::size_t>(least));
        sdk::CallBuilder builder(LAI_OP_GESVD, LAI_DTYPE_F64);
        builder.dims(c.m, c.n).flags(c.jobu, c.jobvt).matrix(A.view());
        builder.matrix(MatrixView<double>{S.data(), least, 1, least}).matrix(U.view()).matrix(VT.view());
        const sdk::Call call(builder.call());

        cpu::Workspace counting;
        cpu::Gesvd<double, NeverConverges>(call, counting);
        std::vector<double> scratch(counting.bytes() / sizeof(double));
        cpu::Workspace workspace(scratch.data());
        cpu::Gesvd<double, NeverConverges> op(call, workspace);
        lai_result result{};
        op.run(result);

        EXPECT_EQ(result.info, 0);
        EXPECT_STREQ(result.algorithm, c.algorithm);
        EXPECT_EQ(result.remark, LAI_REMARK_FALLBACK_ALGORITHM);
        EXPECT_NE(result.detail, nullptr);
        for (std::int64_t i = 0; i < least; ++i)
            EXPECT_NEAR(S[static_cast<std::size_t>(i)], exact[static_cast<std::size_t>(i)], 1e-13);
    }
}

}  // namespace
