// Streaming host batches; device batches go as they are.
#include "gemm_batch.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "gemm_cost.hpp"
#include "lapack_ai/abi/ops.h"

namespace lapack_ai::opencl_gemm {
namespace {

using opencl::Operation;

constexpr int operand_indices[] = {LAI_GEMM_A, LAI_GEMM_B, LAI_GEMM_C};

// One operand of a batch: where its items are, and how they are packed on the way to the device.
class BatchOperand {
  public:
    BatchOperand(const lai_operand &operand, std::uint32_t element)
        : operand_(operand),
          element_(element),
          row_bytes_(static_cast<std::uint64_t>(operand.rows) * element) {}

    bool on_host() const { return operand_.space == 0; }
    bool pointers() const { return operand_.flags & LAI_OPERAND_POINTER_ARRAY; }
    std::uint64_t item_bytes() const { return row_bytes_ * static_cast<std::uint64_t>(operand_.cols); }

    char *item(std::int64_t b) const {
        if (pointers()) return static_cast<char *>(static_cast<void *const *>(operand_.data)[b]);
        return static_cast<char *>(operand_.data) + b * operand_.batch_stride * element_;
    }
    // Items one behind the other, so that a chunk is one 2-d array.
    bool contiguous() const { return !pointers() && operand_.batch_stride == operand_.ld * operand_.cols; }
    std::uint64_t ld_bytes() const { return static_cast<std::uint64_t>(operand_.ld) * element_; }

    void upload(Operation &op, void *to, std::int64_t first, std::int64_t count) {
        const auto items = static_cast<std::uint64_t>(count);
        if (contiguous()) {
            op.upload(to, row_bytes_, item(first), ld_bytes(), row_bytes_,
                      static_cast<std::uint64_t>(operand_.cols) * items, operand_.flags & LAI_OPERAND_PINNED);
            return;
        }
        scratch_.resize(item_bytes() * items);
        for (std::int64_t b = 0; b < count; ++b)
            move_item(scratch_.data() + static_cast<std::uint64_t>(b) * item_bytes(), first + b, true);
        op.upload(to, scratch_.size(), scratch_.data(), scratch_.size(), scratch_.size(), 1);
    }
    void download(Operation &op, const void *from, std::int64_t first, std::int64_t count) {
        const auto items = static_cast<std::uint64_t>(count);
        if (contiguous()) {
            op.download(item(first), ld_bytes(), from, row_bytes_, row_bytes_,
                        static_cast<std::uint64_t>(operand_.cols) * items,
                        operand_.flags & LAI_OPERAND_PINNED);
            return;
        }
        scratch_.resize(item_bytes() * items);
        op.download(scratch_.data(), scratch_.size(), from, scratch_.size(), scratch_.size(), 1);
        scatter(scratch_.data(), first, count);
    }
    // Packed items to their places.
    void scatter(char *packed, std::int64_t first, std::int64_t count) {
        for (std::int64_t b = 0; b < count; ++b)
            move_item(packed + static_cast<std::uint64_t>(b) * item_bytes(), first + b, false);
    }

  private:
    void move_item(char *packed, std::int64_t b, bool gather) const {
        char *place = item(b);
        for (std::int64_t j = 0; j < operand_.cols; ++j, packed += row_bytes_, place += ld_bytes())
            if (gather)
                std::memcpy(packed, place, row_bytes_);
            else
                std::memcpy(place, packed, row_bytes_);
    }

    const lai_operand &operand_;
    std::uint32_t element_;
    std::uint64_t row_bytes_;
    std::vector<char> scratch_;
};

std::uint32_t bytes_of(lai_dtype dtype) {
    return dtype == LAI_DTYPE_F32 ? 4 : dtype == LAI_DTYPE_C64 ? 16 : 8;
}

void add_times(const Operation &op, lai_result &result) {
    const auto times = op.times();
    result.transfer_seconds += times.transfer;
    result.compute_seconds += times.compute;
}

// All operands on the device: one launch, or one an item where pointers may lead anywhere.
void run_resident(const sdk::Call &call, lai_result &result) {
    Operation op(call.raw().deadline_ns);
    lai_ocl_gemm_call g = gemm_call(call);
    BatchOperand operands[] = {{call.operand(LAI_GEMM_A), bytes_of(call.dtype())},
                               {call.operand(LAI_GEMM_B), bytes_of(call.dtype())},
                               {call.operand(LAI_GEMM_C), bytes_of(call.dtype())}};
    const bool scattered = std::any_of(std::begin(operands), std::end(operands),
                                       [](const BatchOperand &o) { return o.pointers(); });
    const std::int64_t launches = scattered ? call.batch_size() : 1;
    g.count = scattered ? 1 : call.batch_size();
    for (std::int64_t b = 0; b < launches; ++b) {
        g.a = operands[0].item(b), g.b = operands[1].item(b), g.c = operands[2].item(b);
        op.gemm(g);
    }
    op.wait();
    add_times(op, result);
}

}  // namespace

std::int64_t chunk_items(std::uint64_t bytes_per_item, std::int64_t items, std::uint64_t limit_bytes,
                         std::int64_t size_limit) {
    const std::uint64_t fit = bytes_per_item == 0 ? UINT64_MAX : limit_bytes / 2 / bytes_per_item;
    const std::uint64_t most =
        std::min<std::uint64_t>(fit, static_cast<std::uint64_t>(std::max<std::int64_t>(size_limit, 1)));
    const auto chunk = static_cast<std::int64_t>(std::bit_floor(std::max<std::uint64_t>(most, 1)));
    return std::min(chunk, std::max<std::int64_t>(items, 1));
}

lai_ocl_gemm_call gemm_call(const sdk::Call &call) {
    lai_ocl_gemm_call g{};
    g.size = sizeof g;
    g.dtype = call.dtype();
    g.trans_a = call.flag(LAI_GEMM_TRANS_A);
    g.trans_b = call.flag(LAI_GEMM_TRANS_B);
    g.m = call.dim(LAI_GEMM_M);
    g.n = call.dim(LAI_GEMM_N);
    g.k = call.dim(LAI_GEMM_K);
    g.count = 1;
    g.alpha = call.raw().scalars[LAI_GEMM_ALPHA];
    g.beta = call.raw().scalars[LAI_GEMM_BETA];
    const lai_operand &A = call.operand(LAI_GEMM_A), &B = call.operand(LAI_GEMM_B),
                      &C = call.operand(LAI_GEMM_C);
    g.lda = A.ld, g.stride_a = A.batch_stride;
    g.ldb = B.ld, g.stride_b = B.batch_stride;
    g.ldc = C.ld, g.stride_c = C.batch_stride;
    return g;
}

void run_batch(const sdk::Call &call, std::uint64_t limit_bytes, std::int64_t size_limit,
               lai_result &result) {
    const std::uint32_t element = bytes_of(call.dtype());
    BatchOperand A(call.operand(LAI_GEMM_A), element), B(call.operand(LAI_GEMM_B), element),
        C(call.operand(LAI_GEMM_C), element);
    if (!A.on_host() && !B.on_host() && !C.on_host()) return run_resident(call, result);
    for (const BatchOperand *operand : {&A, &B, &C})
        if (!operand->on_host() && operand->pointers())
            throw sdk::Declined(LAI_REASON_STRIDE,
                                "pointer arrays on the device beside operands on the host");

    lai_ocl_gemm_call g = gemm_call(call);
    const bool reads_c = g.beta.re != 0 || g.beta.im != 0;
    const bool reads_ab = g.k > 0 && (g.alpha.re != 0 || g.alpha.im != 0);
    std::uint64_t per_item = 0;
    for (const BatchOperand *operand : {&A, &B, &C})
        if (operand->on_host()) per_item += operand->item_bytes();
    const std::int64_t items = call.batch_size();
    const std::int64_t chunk = chunk_items(per_item, items, limit_bytes, size_limit);
    // A failure half-way must leave an in-out C as it was, so its new values wait until the last chunk is in.
    std::vector<char> landing(reads_c && C.on_host() ? C.item_bytes() * static_cast<std::uint64_t>(items)
                                                     : 0);

    struct Stage {
        std::optional<Operation> op;
        char *a = nullptr, *b = nullptr, *c = nullptr;
        std::int64_t first = 0, count = 0;
    };
    Stage stages[2];
    const auto land = [&](Stage &stage) {
        if (stage.count == 0) return;
        if (!C.on_host()) {
            stage.op->wait();
        } else if (landing.empty()) {
            C.download(*stage.op, stage.c, stage.first, stage.count);
        } else {
            const std::uint64_t bytes = C.item_bytes() * static_cast<std::uint64_t>(stage.count);
            stage.op->download(landing.data() + C.item_bytes() * static_cast<std::uint64_t>(stage.first),
                               bytes, stage.c, bytes, bytes, 1);
        }
        stage.count = 0;
    };
    const auto prepare = [&](Stage &stage) {
        if (stage.op) return;
        stage.op.emplace(call.raw().deadline_ns);
        const auto count = static_cast<std::uint64_t>(chunk);
        if (A.on_host()) stage.a = stage.op->temporary<char>(A.item_bytes() * count);
        if (B.on_host()) stage.b = stage.op->temporary<char>(B.item_bytes() * count);
        if (C.on_host()) stage.c = stage.op->temporary<char>(C.item_bytes() * count);
    };
    const auto aim = [](BatchOperand &operand, char *temporary, std::int64_t first, const lai_operand &raw,
                        std::int64_t &ld, std::int64_t &stride) -> char * {
        if (!operand.on_host()) return operand.item(first);
        ld = std::max<std::int64_t>(1, raw.rows), stride = raw.rows * raw.cols;
        return temporary;
    };

    // The second operation is a courtesy of a quiet device: without it copies and products take turns.
    prepare(stages[0]);
    int other = items > chunk ? 1 : 0;
    try {
        if (other) prepare(stages[1]);
    } catch (const sdk::Failure &failure) {
        if (failure.status() != LAI_BUSY) throw;
        other = 0;
    }
    int turn = 0;
    for (std::int64_t first = 0; first < items; first += chunk, turn ^= other) {
        Stage &stage = stages[turn];
        land(stage);
        stage.first = first;
        stage.count = std::min(chunk, items - first);
        Operation &op = *stage.op;
        if (A.on_host() && reads_ab) A.upload(op, stage.a, first, stage.count);
        if (B.on_host() && reads_ab) B.upload(op, stage.b, first, stage.count);
        if (C.on_host() && reads_c) C.upload(op, stage.c, first, stage.count);
        g.count = stage.count;
        g.a = aim(A, stage.a, first, call.operand(LAI_GEMM_A), g.lda, g.stride_a);
        g.b = aim(B, stage.b, first, call.operand(LAI_GEMM_B), g.ldb, g.stride_b);
        g.c = aim(C, stage.c, first, call.operand(LAI_GEMM_C), g.ldc, g.stride_c);
        op.gemm(g);
    }
    land(stages[turn]);
    land(stages[turn ^ 1]);
    if (!landing.empty()) C.scatter(landing.data(), 0, items);
    for (const Stage &stage : stages)
        if (stage.op) add_times(*stage.op, result);
}

}  // namespace lapack_ai::opencl_gemm
