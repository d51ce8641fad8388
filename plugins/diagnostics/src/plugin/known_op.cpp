// See known_op.hpp; operand and flag numbers are those of lapack_ai/abi/ops.h.
#include "plugin/known_op.hpp"

#include <cstring>

#include "lapack_ai/abi/ops.h"
#include "lapack_ai/abi/schema.h"

namespace lapack_ai::diagnostics {
namespace {

constexpr KnownOp ops[] = {
    {LAI_OP_GESV,
     "gesv",
     "gesv",
     Watch::lu,
     true,
     true,
     LAI_GESV_A,
     LAI_GESV_B,
     -1,
     {"N", "NRHS"},
     {"TRANS"}},
    {LAI_OP_GETRF, "getrf", "getrf", Watch::lu, false, false, LAI_GETRF_A, -1, -1, {"M", "N"}, {}},
    {LAI_OP_POSV,
     "posv",
     "posv",
     Watch::cholesky,
     true,
     true,
     LAI_POSV_A,
     LAI_POSV_B,
     LAI_POSV_UPLO,
     {"N", "NRHS"},
     {"UPLO"}},
    {LAI_OP_POTRF,
     "potrf",
     "potrf",
     Watch::cholesky,
     false,
     true,
     LAI_POTRF_A,
     -1,
     LAI_POTRF_UPLO,
     {"N"},
     {"UPLO"}},
    {LAI_OP_GELS,
     "gels",
     "gels",
     Watch::least,
     true,
     true,
     LAI_GELS_A,
     LAI_GELS_B,
     -1,
     {"M", "N", "NRHS"},
     {"TRANS"}},
    {LAI_OP_GELSD,
     "gelsd",
     "gelsd",
     Watch::iterative,
     true,
     false,
     LAI_GELSD_A,
     LAI_GELSD_B,
     -1,
     {"M", "N", "NRHS"},
     {}},
    {LAI_OP_GESVD,
     "gesvd",
     "gesvd",
     Watch::iterative,
     false,
     true,
     LAI_GESVD_A,
     -1,
     -1,
     {"M", "N"},
     {"JOBU", "JOBVT"}},
    {LAI_OP_GEEV,
     "geev",
     "geev",
     Watch::iterative,
     false,
     false,
     LAI_GEEV_A,
     -1,
     -1,
     {"N"},
     {"JOBVL", "JOBVR"}},
    {LAI_OP_SYEV,
     "syev",
     "heev",
     Watch::symmetric,
     false,
     true,
     LAI_SYEV_A,
     -1,
     LAI_SYEV_UPLO,
     {"N"},
     {"JOBZ", "UPLO"}},
    {LAI_OP_GEMM,
     "gemm",
     "gemm",
     Watch::nothing,
     false,
     false,
     -1,
     -1,
     -1,
     {"M", "N", "K"},
     {"TRANSA", "TRANSB"}},
    {LAI_OP_GEMM_BATCH,
     "gemm",
     "gemm",
     Watch::nothing,
     false,
     false,
     -1,
     -1,
     -1,
     {"M", "N", "K"},
     {"TRANSA", "TRANSB"}},
    {LAI_OP_GETRS, "getrs", "getrs", Watch::nothing, false, false, -1, -1, -1, {"N", "NRHS"}, {"TRANS"}},
    {LAI_OP_GETRI, "getri", "getri", Watch::nothing, false, false, -1, -1, -1, {"N"}, {}},
    {LAI_OP_POTRS, "potrs", "potrs", Watch::nothing, false, false, -1, -1, -1, {"N", "NRHS"}, {"UPLO"}},
    {LAI_OP_GEQRF, "geqrf", "geqrf", Watch::nothing, false, false, -1, -1, -1, {"M", "N"}, {}},
    {LAI_OP_ORGQR, "orgqr", "ungqr", Watch::nothing, false, false, -1, -1, -1, {"M", "N", "K"}, {}},
    {LAI_OP_GECON, "gecon", "gecon", Watch::nothing, false, false, -1, -1, -1, {"N"}, {"NORM"}},
    {LAI_OP_POCON, "pocon", "pocon", Watch::nothing, false, false, -1, -1, -1, {"N"}, {"UPLO"}},
    {LAI_OP_TRCON,
     "trcon",
     "trcon",
     Watch::nothing,
     false,
     false,
     -1,
     -1,
     -1,
     {"N"},
     {"NORM", "UPLO", "DIAG"}},
};

bool is_complex_dtype(lai_dtype dtype) {
    return dtype == LAI_DTYPE_C32 || dtype == LAI_DTYPE_C64;
}

}  // namespace

const KnownOp *find_op(const char *op_id) {
    for (const KnownOp &op : ops)
        if (std::strcmp(op.id, op_id) == 0) return &op;
    return nullptr;
}

std::string routine_name(const KnownOp &op, lai_dtype dtype) {
    constexpr char letters[] = {'x', 's', 'd', 'c', 'z'};
    const char letter = dtype <= LAI_DTYPE_C64 ? letters[dtype] : 'x';
    return letter + std::string(is_complex_dtype(dtype) ? op.complex_stem : op.stem);
}

std::vector<Binding> bindings_of(const KnownOp &op, const lai_call &call) {
    std::vector<Binding> known;
    for (std::uint32_t i = 0; i < call.dim_count && i < 4 && op.dims[i] != nullptr; ++i)
        known.push_back({op.dims[i], static_cast<double>(call.dims[i])});
    for (std::uint32_t i = 0; i < call.flag_count && i < 3 && op.flags[i] != nullptr; ++i)
        known.push_back({op.flags[i], static_cast<double>(call.flags[i])});
    return known;
}

bool swapped(const KnownOp &op, const lai_call &call) {
    if (call.layout != LAI_LAYOUT_ROW || !op.mapped) return false;
    // Complex calls with the conjugate transpose, and complex least squares, are copied rather than mapped.
    if (op.watch == Watch::lu) return call.flag_count == 0 || call.flags[0] != 'C';
    return op.watch != Watch::least || !is_complex_dtype(call.dtype);
}

}  // namespace lapack_ai::diagnostics
