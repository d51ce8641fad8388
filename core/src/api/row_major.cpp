#include "api/row_major.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <utility>

#include "api/call.hpp"
#include "api/transpose.hpp"
#include "base/error.hpp"
#include "lapack_ai/abi/ops.h"

namespace lapack_ai::core {
namespace {

struct AlignedDelete {
    void operator()(void *p) const noexcept { ::operator delete (p, std::align_val_t{64}); }
};

class RowMajorCall {
  public:
    RowMajorCall(const Op &op, const lai_call &call) : op_(op), call_(call) {
        std::copy_n(call.dims, call.dim_count, dims_.begin());
        if (call.flag_count > 0) std::copy_n(call.flags, call.flag_count, flags_.begin());
        for (std::uint32_t i = 0; i < call.operand_count; ++i) operands_[i] = *LAI_OPERAND(&call, i);
        call_.dims = dims_.data();
        call_.flags = flags_.data();
        call_.operands = operands_.data();
        call_.operand_stride = sizeof(lai_operand);
    }
    RowMajorCall(const RowMajorCall &) = delete;

    bool run(Dispatcher &dispatcher, const CallOptions &options, Outcome &outcome) {
        map();
        try {
            prepare();
            new (&outcome) Outcome(dispatcher.run(call_, options));
        } catch (...) {
            undo();
            throw;
        }
        if (outcome.status == LAI_OK)
            finish();
        else
            undo();
        return copied_;
    }

  private:
    // What is done to an operand around the call.
    enum class Way {
        as_it_stands,  // the mapping takes care of it, or the layouts agree
        copy,          // a transposed copy, written back when the op writes it
        in_place,      // square and written: transposed in its place, before if read and after
        after          // only its result is transposed in its place
    };

    struct Plan {
        Way way = Way::as_it_stands;
        bool conjugate = false;
        bool transposed = false;  // `in_place` happened
        std::unique_ptr<void, AlignedDelete> memory;
        lai_operand original{};
    };

    bool reads(std::uint32_t i) const { return op_.operands[i].reads.evaluate(call_) != 0; }
    bool writes(std::uint32_t i) const { return op_.operands[i].writes.evaluate(call_) != 0; }

    // ---- mappings ----

    void map() {
        const bool complex = is_complex(call_.dtype);
        switch (static_cast<BuiltinOp>(op_.number)) {
            case BuiltinOp::gemm:
            case BuiltinOp::gemm_batch:
                return map_gemm();
            case BuiltinOp::gesvd:
                return map_gesvd();
            case BuiltinOp::gesv:
                // A**H of complex A is the conjugate of what stands there, which no letter gives.
                if (complex && flags_[LAI_GESV_TRANS] == 'C') return copy_all();
                flip_trans(LAI_GESV_TRANS);
                return copy_unless_vector(LAI_GESV_B, false);
            case BuiltinOp::gels:
                if (complex) return copy_all();
                std::swap(dims_[LAI_GELS_M], dims_[LAI_GELS_N]);
                flip_trans(LAI_GELS_TRANS);
                reinterpret(LAI_GELS_A);
                return copy_unless_vector(LAI_GELS_B, false);
            case BuiltinOp::posv:
                // What stands there is conj(A): conj(A) conj(X) = conj(B).
                flip_uplo(LAI_POSV_UPLO);
                return copy_unless_vector(LAI_POSV_B, complex);
            case BuiltinOp::potrs:
                flip_uplo(LAI_POTRS_UPLO);
                return copy_unless_vector(LAI_POTRS_B, complex);
            case BuiltinOp::potrf:
                return flip_uplo(LAI_POTRF_UPLO);
            case BuiltinOp::pocon:
                return flip_uplo(LAI_POCON_UPLO);
            case BuiltinOp::trcon:
                flip_uplo(LAI_TRCON_UPLO);
                flags_[LAI_TRCON_NORM] = flags_[LAI_TRCON_NORM] == 'I' ? '1' : 'I';
                return;
            case BuiltinOp::syev:
                flip_uplo(LAI_SYEV_UPLO);
                if (flags_[LAI_SYEV_JOBZ] == 'V') plans_[LAI_SYEV_A] = {Way::after, complex, false, {}, {}};
                return;
            default:
                return copy_all();
        }
    }

    // C**T = op(B)**T op(A)**T.
    void map_gemm() {
        std::swap(dims_[LAI_GEMM_M], dims_[LAI_GEMM_N]);
        std::swap(flags_[LAI_GEMM_TRANS_A], flags_[LAI_GEMM_TRANS_B]);
        std::swap(operands_[LAI_GEMM_A], operands_[LAI_GEMM_B]);
        for (const std::uint32_t i : {LAI_GEMM_A, LAI_GEMM_B, LAI_GEMM_C}) reinterpret(i);
    }

    // A**T = VT**T S U**T, also for complex A.
    void map_gesvd() {
        std::swap(dims_[LAI_GESVD_M], dims_[LAI_GESVD_N]);
        std::swap(flags_[LAI_GESVD_JOBU], flags_[LAI_GESVD_JOBVT]);
        std::swap(operands_[LAI_GESVD_U], operands_[LAI_GESVD_VT]);
        for (const std::uint32_t i : {LAI_GESVD_A, LAI_GESVD_U, LAI_GESVD_VT}) reinterpret(i);
    }

    void reinterpret(std::uint32_t i) { std::swap(operands_[i].rows, operands_[i].cols); }
    void flip_uplo(std::uint32_t i) { flags_[i] = flags_[i] == 'U' ? 'L' : 'U'; }
    void flip_trans(std::uint32_t i) { flags_[i] = flags_[i] == 'N' ? 'T' : 'N'; }

    void copy_all() {
        for (std::uint32_t i = 0; i < call_.operand_count; ++i) copy_unless_vector(i, false);
    }

    // One row or one contiguous column is the same in both layouts.
    void copy_unless_vector(std::uint32_t i, bool conjugate) {
        lai_operand &operand = operands_[i];
        if (op_.operands[i].schema->is_vector != 0 || !(reads(i) || writes(i))) return;
        const bool empty = operand.rows == 0 || operand.cols == 0;
        if (empty || (!conjugate && (operand.rows == 1 || (operand.cols == 1 && operand.ld == 1)))) {
            operand.ld = std::max<std::int64_t>(1, operand.rows);
            return;
        }
        if (call_.batch != 1)
            throw Error(ErrorKind::usage,
                        op_.short_name + ": row-major batches of this operation are not supported");
        const bool square = operand.rows == operand.cols && writes(i);
        plans_[i].way = square ? Way::in_place : Way::copy;
        plans_[i].conjugate = conjugate;
    }

    // ---- around the call ----

    void prepare() {
        for (std::uint32_t i = 0; i < call_.operand_count; ++i) {
            lai_operand &operand = operands_[i];
            Plan &plan = plans_[i];
            plan.original = operand;
            copied_ |= plan.way != Way::as_it_stands;
            if (plan.way != Way::as_it_stands && operand.space != 0)
                throw Error(ErrorKind::bad_input,
                            routine_name(op_, call_.dtype) + ": " + op_.operands[i].schema->name +
                                " is device memory, which a row-major call of this operation would have to "
                                "transpose: pass it column-major");
            if (plan.way == Way::in_place && reads(i)) {
                transpose_in_place(operand.dtype, operand.rows, operand.data, operand.ld, plan.conjugate);
                plan.transposed = true;
            }
            if (plan.way == Way::copy) make_copy(i);
        }
    }

    void make_copy(std::uint32_t i) {
        lai_operand &operand = operands_[i];
        Plan &plan = plans_[i];
        // The checks have shown that rows * ld elements can be addressed; here it is rows * cols.
        const std::size_t bytes = static_cast<std::size_t>(operand.rows) *
                                  static_cast<std::size_t>(operand.cols) * dtype_bytes(operand.dtype);
        plan.memory.reset(::operator new (bytes, std::align_val_t{64}));
        if (reads(i))
            transpose(operand.dtype, operand.rows, operand.cols, operand.data, operand.ld, plan.memory.get(),
                      operand.rows, plan.conjugate);
        operand.data = plan.memory.get();
        operand.ld = operand.rows;
    }

    void finish() {
        for (std::uint32_t i = 0; i < call_.operand_count; ++i) {
            const Plan &plan = plans_[i];
            const lai_operand &user = plan.original;
            if (plan.way == Way::as_it_stands || !writes(i)) continue;
            if (plan.way == Way::copy)
                transpose(user.dtype, user.cols, user.rows, plan.memory.get(), user.rows, user.data, user.ld,
                          plan.conjugate);
            else
                transpose_in_place(user.dtype, user.rows, user.data, user.ld, plan.conjugate);
        }
    }

    void undo() noexcept {
        for (const Plan &plan : plans_)
            if (plan.transposed)
                transpose_in_place(plan.original.dtype, plan.original.rows, plan.original.data,
                                   plan.original.ld, plan.conjugate);
    }

    const Op &op_;
    lai_call call_;
    std::array<std::int64_t, max_operands> dims_{};
    std::array<std::uint8_t, max_operands> flags_{};
    std::array<lai_operand, max_operands> operands_{};
    std::array<Plan, max_operands> plans_{};
    bool copied_ = false;
};

}  // namespace

bool run_row_major(Dispatcher &dispatcher, const Op &op, const lai_call &call, const CallOptions &options,
                   Outcome &outcome) {
    if (call.layout != LAI_LAYOUT_ROW)
        throw Error(ErrorKind::usage, "layout is " + std::to_string(call.layout) +
                                          ": must be LAI_LAYOUT_COL or LAI_LAYOUT_ROW");
    const ArgumentFault fault = check_row_major_arguments(op, call);
    if (fault.position != 0) dispatcher.reject(call, fault);
    return RowMajorCall(op, call).run(dispatcher, options, outcome);
}

}  // namespace lapack_ai::core
