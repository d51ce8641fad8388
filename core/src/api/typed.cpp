// The typed functions of the C API: each lays its arguments out in the order of the op's schema.
#include "api/call.hpp"
#include "base/error.hpp"

using namespace lapack_ai::core;

namespace {

constexpr std::uint64_t pointers = LAI_OPERAND_POINTER_ARRAY;

OperandArgument vector(const void *data) {
    return {data, 1};
}

// gemm is called for 4 x 4 matrices too: its shapes are written out rather than read from the schema, and all
// of it is inlined into its three callers.
[[gnu::always_inline]] inline std::int64_t gemm(const Op &op, lai_context *context,
                                                const lai_call_options *options, std::uint32_t layout,
                                                lai_dtype dtype, char trans_a, char trans_b, std::int64_t m,
                                                std::int64_t n, std::int64_t k, lai_scalar alpha,
                                                const OperandArgument &a, const OperandArgument &b,
                                                lai_scalar beta, const OperandArgument &c, std::int64_t batch,
                                                const void *site = __builtin_return_address(0)) noexcept {
    try {
        const std::int64_t dims[] = {m, n, k};
        const std::uint8_t flags[] = {upper_letter(trans_a), upper_letter(trans_b)};
        const lai_scalar scalars[] = {alpha, beta};
        const bool plain_a = flags[0] == 'N', plain_b = flags[1] == 'N';
        const auto operand = [dtype](const OperandArgument &x, std::int64_t rows, std::int64_t cols) {
            return lai_operand{sizeof(lai_operand),
                               dtype,
                               const_cast<void *>(x.data),
                               rows,
                               cols,
                               x.ld,
                               x.stride,
                               x.flags,
                               0,
                               0};
        };
        lai_operand operands[] = {operand(a, plain_a ? m : k, plain_a ? k : m),
                                  operand(b, plain_b ? k : n, plain_b ? n : k), operand(c, m, n)};
        // Assigned field by field: g++ clears an aggregate of this size with a string instruction, which
        // takes longer than a 4 x 4 product.
        lai_call call;
        call.size = sizeof call;
        call.op = op.number;
        call.op_id = op.schema->id;
        call.dtype = dtype;
        call.dims = dims;
        call.flags = flags;
        call.scalars = scalars;
        call.operands = operands;
        call.dim_count = 3;
        call.flag_count = 2;
        call.scalar_count = 2;
        call.operand_count = 3;
        call.operand_stride = sizeof(lai_operand);
        call.layout = layout;
        call.batch = batch;
        call.accuracy = LAI_ACCURACY_INHERIT;
        call.thread_budget = 0;
        call.deterministic = 0;
        call.deadline_ns = 0;
        call.target_error = 0;
        call.workspace = nullptr;
        call.workspace_bytes = 0;
        call.frame = nullptr;
        find_spaces(op, call, operands);
        return run_call(context, op, call, options, site);
    } catch (...) {
        return rethrown_as_code();
    }
}

const Op &plain_gemm() noexcept {
    static const Op &op = OpTable::instance().find(BuiltinOp::gemm);
    return op;
}

const Op &batched_gemm() noexcept {
    static const Op &op = OpTable::instance().find(BuiltinOp::gemm_batch);
    return op;
}

}  // namespace

extern "C" {

int64_t lai_gemm(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                 char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, lai_scalar alpha, const void *a,
                 int64_t lda, const void *b, int64_t ldb, lai_scalar beta, void *c, int64_t ldc) {
    return gemm(plain_gemm(), context, options, layout, dtype, trans_a, trans_b, m, n, k, alpha, {a, lda},
                {b, ldb}, beta, {c, ldc}, 1);
}

int64_t lai_gemm_batch_strided(lai_context *context, const lai_call_options *options, uint32_t layout,
                               lai_dtype dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k,
                               lai_scalar alpha, const void *a, int64_t lda, int64_t stride_a, const void *b,
                               int64_t ldb, int64_t stride_b, lai_scalar beta, void *c, int64_t ldc,
                               int64_t stride_c, int64_t batch) {
    return gemm(batched_gemm(), context, options, layout, dtype, trans_a, trans_b, m, n, k, alpha,
                {a, lda, stride_a}, {b, ldb, stride_b}, beta, {c, ldc, stride_c}, batch);
}

int64_t lai_gemm_batch(lai_context *context, const lai_call_options *options, uint32_t layout,
                       lai_dtype dtype, char trans_a, char trans_b, int64_t m, int64_t n, int64_t k,
                       lai_scalar alpha, const void *const *a, int64_t lda, const void *const *b, int64_t ldb,
                       lai_scalar beta, void *const *c, int64_t ldc, int64_t batch) {
    return gemm(batched_gemm(), context, options, layout, dtype, trans_a, trans_b, m, n, k, alpha,
                {a, lda, 0, pointers}, {b, ldb, 0, pointers}, beta, {c, ldc, 0, pointers}, batch);
}

int64_t lai_gesvd(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  char jobu, char jobvt, int64_t m, int64_t n, void *a, int64_t lda, void *s, void *u,
                  int64_t ldu, void *vt, int64_t ldvt) {
    const int64_t dims[] = {m, n};
    const uint8_t flags[] = {upper_letter(jobu), upper_letter(jobvt)};
    return run_typed(BuiltinOp::gesvd, context, options, layout, dtype, dims, flags, nullptr,
                     {{a, lda}, vector(s), {u, ldu}, {vt, ldvt}});
}

int64_t lai_gesv(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                 char trans, int64_t n, int64_t nrhs, void *a, int64_t lda, int64_t *ipiv, void *b,
                 int64_t ldb) {
    const int64_t dims[] = {n, nrhs};
    const uint8_t flags[] = {upper_letter(trans)};
    return run_typed(BuiltinOp::gesv, context, options, layout, dtype, dims, flags, nullptr,
                     {{a, lda}, vector(ipiv), {b, ldb}});
}

int64_t lai_posv(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                 char uplo, int64_t n, int64_t nrhs, void *a, int64_t lda, void *b, int64_t ldb) {
    const int64_t dims[] = {n, nrhs};
    const uint8_t flags[] = {upper_letter(uplo)};
    return run_typed(BuiltinOp::posv, context, options, layout, dtype, dims, flags, nullptr,
                     {{a, lda}, {b, ldb}});
}

int64_t lai_gels(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                 char trans, int64_t m, int64_t n, int64_t nrhs, void *a, int64_t lda, void *b, int64_t ldb) {
    const int64_t dims[] = {m, n, nrhs};
    const uint8_t flags[] = {upper_letter(trans)};
    return run_typed(BuiltinOp::gels, context, options, layout, dtype, dims, flags, nullptr,
                     {{a, lda}, {b, ldb}});
}

int64_t lai_gelsd(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  int64_t m, int64_t n, int64_t nrhs, void *a, int64_t lda, void *b, int64_t ldb, void *s,
                  double rcond, int64_t *rank) {
    const int64_t dims[] = {m, n, nrhs};
    const lai_scalar scalars[] = {{rcond, 0}};
    const int64_t info = run_typed(BuiltinOp::gelsd, context, options, layout, dtype, dims, nullptr, scalars,
                                   {{a, lda}, {b, ldb}, vector(s)});
    if (info == 0 && rank != nullptr) *rank = thread_report().outcome.result.rank;
    return info;
}

int64_t lai_syev(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                 char jobz, char uplo, int64_t n, void *a, int64_t lda, void *w) {
    const int64_t dims[] = {n};
    const uint8_t flags[] = {upper_letter(jobz), upper_letter(uplo)};
    return run_typed(BuiltinOp::syev, context, options, layout, dtype, dims, flags, nullptr,
                     {{a, lda}, vector(w)});
}

int64_t lai_geev(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                 char jobvl, char jobvr, int64_t n, void *a, int64_t lda, void *w, void *vl, int64_t ldvl,
                 void *vr, int64_t ldvr) {
    const int64_t dims[] = {n};
    const uint8_t flags[] = {upper_letter(jobvl), upper_letter(jobvr)};
    return run_typed(BuiltinOp::geev, context, options, layout, dtype, dims, flags, nullptr,
                     {{a, lda}, vector(w), {vl, ldvl}, {vr, ldvr}});
}

int64_t lai_getrf(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  int64_t m, int64_t n, void *a, int64_t lda, int64_t *ipiv) {
    const int64_t dims[] = {m, n};
    return run_typed(BuiltinOp::getrf, context, options, layout, dtype, dims, nullptr, nullptr,
                     {{a, lda}, vector(ipiv)});
}

int64_t lai_getrs(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  char trans, int64_t n, int64_t nrhs, const void *a, int64_t lda, const int64_t *ipiv,
                  void *b, int64_t ldb) {
    const int64_t dims[] = {n, nrhs};
    const uint8_t flags[] = {upper_letter(trans)};
    return run_typed(BuiltinOp::getrs, context, options, layout, dtype, dims, flags, nullptr,
                     {{a, lda}, vector(ipiv), {b, ldb}});
}

int64_t lai_getri(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  int64_t n, void *a, int64_t lda, const int64_t *ipiv) {
    const int64_t dims[] = {n};
    return run_typed(BuiltinOp::getri, context, options, layout, dtype, dims, nullptr, nullptr,
                     {{a, lda}, vector(ipiv)});
}

int64_t lai_potrf(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  char uplo, int64_t n, void *a, int64_t lda) {
    const int64_t dims[] = {n};
    const uint8_t flags[] = {upper_letter(uplo)};
    return run_typed(BuiltinOp::potrf, context, options, layout, dtype, dims, flags, nullptr, {{a, lda}});
}

int64_t lai_potrs(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  char uplo, int64_t n, int64_t nrhs, const void *a, int64_t lda, void *b, int64_t ldb) {
    const int64_t dims[] = {n, nrhs};
    const uint8_t flags[] = {upper_letter(uplo)};
    return run_typed(BuiltinOp::potrs, context, options, layout, dtype, dims, flags, nullptr,
                     {{a, lda}, {b, ldb}});
}

int64_t lai_geqrf(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  int64_t m, int64_t n, void *a, int64_t lda, void *tau) {
    const int64_t dims[] = {m, n};
    return run_typed(BuiltinOp::geqrf, context, options, layout, dtype, dims, nullptr, nullptr,
                     {{a, lda}, vector(tau)});
}

int64_t lai_orgqr(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  int64_t m, int64_t n, int64_t k, void *a, int64_t lda, const void *tau) {
    const int64_t dims[] = {m, n, k};
    return run_typed(BuiltinOp::orgqr, context, options, layout, dtype, dims, nullptr, nullptr,
                     {{a, lda}, vector(tau)});
}

int64_t lai_gecon(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  char norm, int64_t n, const void *a, int64_t lda, double anorm, void *rcond) {
    const int64_t dims[] = {n};
    const uint8_t flags[] = {upper_letter(norm)};
    const lai_scalar scalars[] = {{anorm, 0}};
    return run_typed(BuiltinOp::gecon, context, options, layout, dtype, dims, flags, scalars,
                     {{a, lda}, vector(rcond)});
}

int64_t lai_pocon(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  char uplo, int64_t n, const void *a, int64_t lda, double anorm, void *rcond) {
    const int64_t dims[] = {n};
    const uint8_t flags[] = {upper_letter(uplo)};
    const lai_scalar scalars[] = {{anorm, 0}};
    return run_typed(BuiltinOp::pocon, context, options, layout, dtype, dims, flags, scalars,
                     {{a, lda}, vector(rcond)});
}

int64_t lai_trcon(lai_context *context, const lai_call_options *options, uint32_t layout, lai_dtype dtype,
                  char norm, char uplo, char diag, int64_t n, const void *a, int64_t lda, void *rcond) {
    const int64_t dims[] = {n};
    const uint8_t flags[] = {upper_letter(norm), upper_letter(uplo), upper_letter(diag)};
    return run_typed(BuiltinOp::trcon, context, options, layout, dtype, dims, flags, nullptr,
                     {{a, lda}, vector(rcond)});
}

}  // extern "C"
