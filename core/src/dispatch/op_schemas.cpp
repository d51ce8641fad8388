// The schemas of the built-in ops: abi/ops.h as data. Argument lists are LAPACK's, with what LAPACK lacks
// (gesv's trans) after INFO, so that positions agree. Flop counts follow LAPACK Working Note 41 and Golub and
// Van Loan (4th ed., 5.4, 8.3, 8.6) for the algorithms that backends are expected to use.
#include <array>
#include <iterator>

#include "dispatch/op_table.hpp"
#include "lapack_ai/abi/ops.h"

namespace lapack_ai::core {
namespace {

constexpr lai_dim_schema dim(const char *name) {
    return {sizeof(lai_dim_schema), 0, name, nullptr};
}

constexpr lai_flag_schema flag(const char *name, const char *letters, char initial) {
    return {sizeof(lai_flag_schema), static_cast<std::uint32_t>(initial), name, letters};
}

constexpr lai_scalar_schema scalar(const char *name, bool real_only = false) {
    return {sizeof(lai_scalar_schema), real_only, name};
}

// Operands; `reads` and `writes` are conditions as in the schema.
struct OperandTraits {
    std::uint32_t element = LAI_ELEMENT_T;
    std::uint32_t shape = LAI_SHAPE_GENERAL;
    bool partial_on_info = false;
};

constexpr lai_operand_schema matrix(const char *name, const char *rows, const char *cols, const char *reads,
                                    const char *writes, OperandTraits traits = {}) {
    return {sizeof(lai_operand_schema),
            traits.element,
            name,
            rows,
            cols,
            reads,
            writes,
            traits.shape,
            traits.partial_on_info,
            0,
            0};
}

constexpr lai_operand_schema vector(const char *name, const char *length, const char *reads,
                                    const char *writes, OperandTraits traits = {}) {
    return {sizeof(lai_operand_schema),
            traits.element,
            name,
            length,
            "1",
            reads,
            writes,
            traits.shape,
            traits.partial_on_info,
            1,
            0};
}

constexpr OperandTraits plain{};
constexpr OperandTraits partial{LAI_ELEMENT_T, LAI_SHAPE_GENERAL, true};
constexpr OperandTraits real{LAI_ELEMENT_REAL_T, LAI_SHAPE_GENERAL, false};
constexpr OperandTraits pivots{LAI_ELEMENT_I64, LAI_SHAPE_GENERAL, true};
constexpr OperandTraits by_uplo{LAI_ELEMENT_T, LAI_SHAPE_BY_UPLO, true};
constexpr OperandTraits triangular{LAI_ELEMENT_T, LAI_SHAPE_TRIANGULAR, false};

// The parts that differ from op to op; `schema` adds sizes, counts and strides.
struct Text {
    const char *id, *title, *lapack, *arguments, *flops;
    std::uint32_t row_major = LAI_ROW_MAJOR_COPY;
    const char *hangs_on_nonfinite = nullptr;
    const char *require = nullptr;
};

template <typename Schema>
constexpr std::array<Schema, 0> none{};

template <typename Flags, typename Scalars, std::size_t dim_count, std::size_t operand_count>
constexpr lai_op_schema schema(const Text &text, const lai_dim_schema (&dims)[dim_count], const Flags &flags,
                               const Scalars &scalars, const lai_operand_schema (&operands)[operand_count]) {
    return {sizeof(lai_op_schema),
            text.row_major,
            text.id,
            text.title,
            text.lapack,
            text.arguments,
            dims,
            std::data(flags),
            std::data(scalars),
            operands,
            dim_count,
            static_cast<std::uint32_t>(std::size(flags)),
            static_cast<std::uint32_t>(std::size(scalars)),
            operand_count,
            sizeof(lai_dim_schema),
            sizeof(lai_flag_schema),
            sizeof(lai_scalar_schema),
            sizeof(lai_operand_schema),
            LAI_DTYPES_SDCZ,
            text.flops,
            nullptr,
            text.hangs_on_nonfinite,
            nullptr,
            text.require};
}

constexpr lai_dim_schema gemm_dims[] = {dim("m"), dim("n"), dim("k")};
constexpr lai_flag_schema gemm_flags[] = {flag("trans_a", "NTC", 'N'), flag("trans_b", "NTC", 'N')};
constexpr lai_scalar_schema gemm_scalars[] = {scalar("alpha"), scalar("beta")};
constexpr lai_operand_schema gemm_operands[] = {
    matrix("A", "trans_a=='N' ? m : k", "trans_a=='N' ? k : m", "alpha", nullptr),
    matrix("B", "trans_b=='N' ? k : n", "trans_b=='N' ? n : k", "alpha", nullptr),
    matrix("C", "m", "n", "beta", "1"),
};
constexpr lai_op_schema gemm = schema(
    {LAI_OP_GEMM, "general matrix multiplication", "?gemm",
     "trans_a,trans_b,m,n,k,alpha,a,lda,b,ldb,beta,c,ldc", "2*m*n*k", LAI_ROW_MAJOR_MAPPED, nullptr, nullptr},
    gemm_dims, gemm_flags, gemm_scalars, gemm_operands);

constexpr lai_op_schema gemm_batch = schema(
    {LAI_OP_GEMM_BATCH, "general matrix multiplication of many problems of one shape", "?gemm_batch_strided",
     "trans_a,trans_b,m,n,k,alpha,a,lda,stride_a,b,ldb,stride_b,beta,c,ldc,stride_c,batch", "2*m*n*k",
     LAI_ROW_MAJOR_MAPPED, nullptr, nullptr},
    gemm_dims, gemm_flags, gemm_scalars, gemm_operands);

constexpr lai_dim_schema gesvd_dims[] = {dim("m"), dim("n")};
constexpr lai_flag_schema gesvd_flags[] = {flag("jobu", "ASON", 'S'), flag("jobvt", "ASON", 'S')};
constexpr lai_operand_schema gesvd_operands[] = {
    matrix("A", "m", "n", "1", "1", plain),
    vector("S", "min(m,n)", nullptr, "1", real),
    matrix("U", "m", "jobu=='A' ? m : min(m,n)", nullptr, "jobu=='A' || jobu=='S'"),
    matrix("VT", "jobvt=='A' ? n : min(m,n)", "n", nullptr, "jobvt=='A' || jobvt=='S'"),
};
constexpr lai_op_schema gesvd =
    schema({LAI_OP_GESVD, "singular value decomposition", "?gesvd",
            "jobu,jobvt,m,n,a,lda,s,u,ldu,vt,ldvt,work,lwork,info",
            "jobu=='N' && jobvt=='N' ? 4*max(m,n)*min(m,n)*min(m,n) - 4*min(m,n)*min(m,n)*min(m,n)/3 : (m>n "
            "&& jobu=='A') || (n>m && jobvt=='A') ? 4*max(m,n)*max(m,n)*min(m,n) + "
            "22*min(m,n)*min(m,n)*min(m,n) : 6*max(m,n)*min(m,n)*min(m,n) + 20*min(m,n)*min(m,n)*min(m,n)",
            LAI_ROW_MAJOR_MAPPED, "1", "!(jobu=='O' && jobvt=='O')"},
           gesvd_dims, gesvd_flags, none<lai_scalar_schema>, gesvd_operands);

constexpr lai_dim_schema gesv_dims[] = {dim("n"), dim("nrhs")};
constexpr lai_flag_schema gesv_flags[] = {flag("trans", "NTC", 'N')};
constexpr lai_operand_schema gesv_operands[] = {
    matrix("A", "n", "n", "1", "1", partial),
    vector("ipiv", "n", nullptr, "1", pivots),
    matrix("B", "n", "nrhs", "1", "1"),
};
constexpr lai_op_schema gesv = schema(
    {LAI_OP_GESV, "solution of a square system by LU with partial pivoting", "?gesv",
     "n,nrhs,a,lda,ipiv,b,ldb,info,trans", "2*n*n*n/3 + 2*n*n*nrhs", LAI_ROW_MAJOR_MAPPED, nullptr, nullptr},
    gesv_dims, gesv_flags, none<lai_scalar_schema>, gesv_operands);

constexpr lai_dim_schema posv_dims[] = {dim("n"), dim("nrhs")};
constexpr lai_flag_schema posv_flags[] = {flag("uplo", "UL", 'U')};
constexpr lai_operand_schema posv_operands[] = {
    matrix("A", "n", "n", "1", "1", by_uplo),
    matrix("B", "n", "nrhs", "1", "1"),
};
constexpr lai_op_schema posv =
    schema({LAI_OP_POSV, "solution of a symmetric or Hermitian positive definite system by Cholesky", "?posv",
            "uplo,n,nrhs,a,lda,b,ldb,info", "n*n*n/3 + 2*n*n*nrhs", LAI_ROW_MAJOR_MAPPED, nullptr, nullptr},
           posv_dims, posv_flags, none<lai_scalar_schema>, posv_operands);

constexpr lai_dim_schema gels_dims[] = {dim("m"), dim("n"), dim("nrhs")};
constexpr lai_flag_schema gels_flags[] = {flag("trans", "NTC", 'N')};
constexpr lai_operand_schema gels_operands[] = {
    matrix("A", "m", "n", "1", "1"),
    matrix("B", "max(m,n)", "nrhs", "1", "1"),
};
constexpr lai_op_schema gels =
    schema({LAI_OP_GELS, "least squares or minimum norm solution, full rank", "?gels",
            "trans,m,n,nrhs,a,lda,b,ldb,work,lwork,info",
            "2*max(m,n)*min(m,n)*min(m,n) - 2*min(m,n)*min(m,n)*min(m,n)/3 + 4*m*n*nrhs",
            LAI_ROW_MAJOR_MAPPED, nullptr, "trans=='N' || trans==(complex ? 'C' : 'T')"},
           gels_dims, gels_flags, none<lai_scalar_schema>, gels_operands);

constexpr lai_dim_schema gelsd_dims[] = {dim("m"), dim("n"), dim("nrhs")};
constexpr lai_scalar_schema gelsd_scalars[] = {scalar("rcond", true)};
constexpr lai_operand_schema gelsd_operands[] = {
    matrix("A", "m", "n", "1", "1"),
    matrix("B", "max(m,n)", "nrhs", "1", "1"),
    vector("S", "min(m,n)", nullptr, "1", real),
};
constexpr lai_op_schema gelsd =
    schema({LAI_OP_GELSD, "minimum norm least squares by singular value decomposition", "?gelsd",
            "m,n,nrhs,a,lda,b,ldb,s,rcond,rank,work,lwork,iwork,info",
            "4*max(m,n)*min(m,n)*min(m,n) + 8*min(m,n)*min(m,n)*min(m,n) + 4*m*n*nrhs", LAI_ROW_MAJOR_COPY,
            "1", nullptr},
           gelsd_dims, none<lai_flag_schema>, gelsd_scalars, gelsd_operands);

constexpr lai_dim_schema syev_dims[] = {dim("n")};
constexpr lai_flag_schema syev_flags[] = {flag("jobz", "NV", 'V'), flag("uplo", "UL", 'U')};
constexpr lai_operand_schema syev_operands[] = {
    matrix("A", "n", "n", "1", "1", {LAI_ELEMENT_T, LAI_SHAPE_BY_UPLO, false}),
    vector("W", "n", nullptr, "1", real),
};
constexpr lai_op_schema syev =
    schema({LAI_OP_SYEV, "eigenvalues and eigenvectors of a symmetric or Hermitian matrix", "?syev",
            "jobz,uplo,n,a,lda,w,work,lwork,info", "jobz=='N' ? 4*n*n*n/3 : 4*n*n*n", LAI_ROW_MAJOR_MAPPED,
            "1", nullptr},
           syev_dims, syev_flags, none<lai_scalar_schema>, syev_operands);

constexpr lai_dim_schema geev_dims[] = {dim("n")};
constexpr lai_flag_schema geev_flags[] = {flag("jobvl", "NV", 'N'), flag("jobvr", "NV", 'V')};
constexpr lai_operand_schema geev_operands[] = {
    matrix("A", "n", "n", "1", "1"),
    vector("W", "n", nullptr, "1", {LAI_ELEMENT_COMPLEX_T, LAI_SHAPE_GENERAL, true}),
    matrix("VL", "n", "n", nullptr, "jobvl=='V'"),
    matrix("VR", "n", "n", nullptr, "jobvr=='V'"),
};
constexpr lai_op_schema geev =
    schema({LAI_OP_GEEV, "eigenvalues and eigenvectors of a general matrix", "?geev",
            "jobvl,jobvr,n,a,lda,w,vl,ldvl,vr,ldvr,work,lwork,rwork,info",
            "jobvl=='N' && jobvr=='N' ? 10*n*n*n : 25*n*n*n", LAI_ROW_MAJOR_COPY, "1", nullptr},
           geev_dims, geev_flags, none<lai_scalar_schema>, geev_operands);

constexpr lai_dim_schema getrf_dims[] = {dim("m"), dim("n")};
constexpr lai_operand_schema getrf_operands[] = {
    matrix("A", "m", "n", "1", "1", partial),
    vector("ipiv", "min(m,n)", nullptr, "1", pivots),
};
constexpr lai_op_schema getrf =
    schema({LAI_OP_GETRF, "LU factorization with partial pivoting", "?getrf", "m,n,a,lda,ipiv,info",
            "2*m*n*min(m,n) - (m+n)*min(m,n)*min(m,n) + 2*min(m,n)*min(m,n)*min(m,n)/3", LAI_ROW_MAJOR_COPY,
            nullptr, nullptr},
           getrf_dims, none<lai_flag_schema>, none<lai_scalar_schema>, getrf_operands);

constexpr lai_dim_schema getrs_dims[] = {dim("n"), dim("nrhs")};
constexpr lai_flag_schema getrs_flags[] = {flag("trans", "NTC", 'N')};
constexpr lai_operand_schema getrs_operands[] = {
    matrix("A", "n", "n", "1", nullptr),
    vector("ipiv", "n", "1", nullptr, pivots),
    matrix("B", "n", "nrhs", "1", "1"),
};
constexpr lai_op_schema getrs =
    schema({LAI_OP_GETRS, "solution of a square system from its LU factors", "?getrs",
            "trans,n,nrhs,a,lda,ipiv,b,ldb,info", "2*n*n*nrhs", LAI_ROW_MAJOR_COPY, nullptr, nullptr},
           getrs_dims, getrs_flags, none<lai_scalar_schema>, getrs_operands);

constexpr lai_dim_schema getri_dims[] = {dim("n")};
constexpr lai_operand_schema getri_operands[] = {
    matrix("A", "n", "n", "1", "1"),
    vector("ipiv", "n", "1", nullptr, pivots),
};
constexpr lai_op_schema getri =
    schema({LAI_OP_GETRI, "inverse of a matrix from its LU factors", "?getri", "n,a,lda,ipiv,work,lwork,info",
            "4*n*n*n/3", LAI_ROW_MAJOR_COPY, nullptr, nullptr},
           getri_dims, none<lai_flag_schema>, none<lai_scalar_schema>, getri_operands);

constexpr lai_dim_schema potrf_dims[] = {dim("n")};
constexpr lai_flag_schema potrf_flags[] = {flag("uplo", "UL", 'U')};
constexpr lai_operand_schema potrf_operands[] = {
    matrix("A", "n", "n", "1", "1", by_uplo),
};
constexpr lai_op_schema potrf = schema({LAI_OP_POTRF, "Cholesky factorization", "?potrf", "uplo,n,a,lda,info",
                                        "n*n*n/3", LAI_ROW_MAJOR_MAPPED, nullptr, nullptr},
                                       potrf_dims, potrf_flags, none<lai_scalar_schema>, potrf_operands);

constexpr lai_dim_schema potrs_dims[] = {dim("n"), dim("nrhs")};
constexpr lai_flag_schema potrs_flags[] = {flag("uplo", "UL", 'U')};
constexpr lai_operand_schema potrs_operands[] = {
    matrix("A", "n", "n", "1", nullptr, triangular),
    matrix("B", "n", "nrhs", "1", "1"),
};
constexpr lai_op_schema potrs =
    schema({LAI_OP_POTRS, "solution of a positive definite system from its Cholesky factor", "?potrs",
            "uplo,n,nrhs,a,lda,b,ldb,info", "2*n*n*nrhs", LAI_ROW_MAJOR_MAPPED, nullptr, nullptr},
           potrs_dims, potrs_flags, none<lai_scalar_schema>, potrs_operands);

constexpr lai_dim_schema geqrf_dims[] = {dim("m"), dim("n")};
constexpr lai_operand_schema geqrf_operands[] = {
    matrix("A", "m", "n", "1", "1"),
    vector("tau", "min(m,n)", nullptr, "1"),
};
constexpr lai_op_schema geqrf = schema(
    {LAI_OP_GEQRF, "QR factorization", "?geqrf", "m,n,a,lda,tau,work,lwork,info",
     "2*max(m,n)*min(m,n)*min(m,n) - 2*min(m,n)*min(m,n)*min(m,n)/3", LAI_ROW_MAJOR_COPY, nullptr, nullptr},
    geqrf_dims, none<lai_flag_schema>, none<lai_scalar_schema>, geqrf_operands);

constexpr lai_dim_schema orgqr_dims[] = {dim("m"), dim("n"), dim("k")};
constexpr lai_operand_schema orgqr_operands[] = {
    matrix("A", "m", "n", "1", "1"),
    vector("tau", "k", "1", nullptr),
};
constexpr lai_op_schema orgqr =
    schema({LAI_OP_ORGQR, "orthonormal columns of Q from a QR factorization", "?orgqr",
            "m,n,k,a,lda,tau,work,lwork,info", "4*m*n*k - 2*(m+n)*k*k + 4*k*k*k/3", LAI_ROW_MAJOR_COPY,
            nullptr, "m>=n && n>=k"},
           orgqr_dims, none<lai_flag_schema>, none<lai_scalar_schema>, orgqr_operands);

constexpr lai_dim_schema gecon_dims[] = {dim("n")};
constexpr lai_flag_schema gecon_flags[] = {flag("norm", "1OI", '1')};
constexpr lai_scalar_schema gecon_scalars[] = {scalar("anorm", true)};
constexpr lai_operand_schema gecon_operands[] = {
    matrix("A", "n", "n", "1", nullptr),
    vector("rcond", "1", nullptr, "1", real),
};
constexpr lai_op_schema gecon =
    schema({LAI_OP_GECON, "reciprocal condition number from LU factors", "?gecon",
            "norm,n,a,lda,anorm,rcond,work,iwork,info", "8*n*n", LAI_ROW_MAJOR_COPY, nullptr, "anorm>=0"},
           gecon_dims, gecon_flags, gecon_scalars, gecon_operands);

constexpr lai_dim_schema pocon_dims[] = {dim("n")};
constexpr lai_flag_schema pocon_flags[] = {flag("uplo", "UL", 'U')};
constexpr lai_scalar_schema pocon_scalars[] = {scalar("anorm", true)};
constexpr lai_operand_schema pocon_operands[] = {
    matrix("A", "n", "n", "1", nullptr, triangular),
    vector("rcond", "1", nullptr, "1", real),
};
constexpr lai_op_schema pocon =
    schema({LAI_OP_POCON, "reciprocal condition number from a Cholesky factor", "?pocon",
            "uplo,n,a,lda,anorm,rcond,work,iwork,info", "8*n*n", LAI_ROW_MAJOR_MAPPED, nullptr, "anorm>=0"},
           pocon_dims, pocon_flags, pocon_scalars, pocon_operands);

constexpr lai_dim_schema trcon_dims[] = {dim("n")};
constexpr lai_flag_schema trcon_flags[] = {flag("norm", "1OI", '1'), flag("uplo", "UL", 'U'),
                                           flag("diag", "NU", 'N')};
constexpr lai_operand_schema trcon_operands[] = {
    matrix("A", "n", "n", "1", nullptr, triangular),
    vector("rcond", "1", nullptr, "1", real),
};
constexpr lai_op_schema trcon =
    schema({LAI_OP_TRCON, "reciprocal condition number of a triangular matrix", "?trcon",
            "norm,uplo,diag,n,a,lda,rcond,work,iwork,info", "4*n*n", LAI_ROW_MAJOR_MAPPED, nullptr, nullptr},
           trcon_dims, trcon_flags, none<lai_scalar_schema>, trcon_operands);

}  // namespace

std::vector<const lai_op_schema *> builtin_schemas() {
    return {&gemm,  &gemm_batch, &gesvd, &gesv,  &posv,  &gels,  &gelsd, &syev,  &geev, &getrf,
            &getrs, &getri,      &potrf, &potrs, &geqrf, &orgqr, &gecon, &pocon, &trcon};
}

}  // namespace lapack_ai::core
