// Job letters, and operands on their way to and from the device.
#include "svd_problem.hpp"

#include <algorithm>
#include <cstring>

#include "lapack_ai/abi/ops.h"

namespace lapack_ai::opencl_svd {
namespace {

using opencl::Operation;

std::int64_t factor_columns(char job, std::int64_t thin, std::int64_t full) {
    return job == 'N' ? 0 : job == 'A' ? full : thin;
}

// Item b of an operand. Pointer arrays live on the host whatever they point to.
char *item(const lai_operand &operand, std::int64_t b, std::uint32_t element) {
    if (operand.flags & LAI_OPERAND_POINTER_ARRAY)
        return static_cast<char *>(static_cast<void *const *>(operand.data)[b]);
    return static_cast<char *>(operand.data) + b * operand.batch_stride * element;
}

// A packed rows x cols block of each item, to where the operand wants it. `landing` collects what goes to
// operands that are read as well.
void put(Operation &op, const lai_operand &operand, const void *from, std::int64_t rows, std::int64_t cols,
         std::int64_t batch, std::uint32_t element, std::vector<char> *landing) {
    const std::uint64_t row_bytes = static_cast<std::uint64_t>(rows) * element;
    const std::uint64_t item_bytes = row_bytes * static_cast<std::uint64_t>(cols);
    const std::uint64_t ld = static_cast<std::uint64_t>(operand.ld) * element;
    if (landing) {
        landing->resize(item_bytes * static_cast<std::uint64_t>(batch));
        return op.download(landing->data(), landing->size(), from, landing->size(), landing->size(), 1);
    }
    const bool contiguous = !(operand.flags & LAI_OPERAND_POINTER_ARRAY) &&
                            (batch == 1 || operand.batch_stride == operand.ld * cols);
    if (operand.space == 0 && contiguous)
        return op.download(operand.data, ld, from, row_bytes, row_bytes,
                           static_cast<std::uint64_t>(cols * batch), operand.flags & LAI_OPERAND_PINNED);
    if (operand.space == 0) {
        std::vector<char> packed(item_bytes * static_cast<std::uint64_t>(batch));
        op.download(packed.data(), packed.size(), from, packed.size(), packed.size(), 1);
        for (std::int64_t b = 0; b < batch; ++b)
            for (std::int64_t j = 0; j < cols; ++j)
                std::memcpy(item(operand, b, element) + static_cast<std::uint64_t>(j) * ld,
                            packed.data() + static_cast<std::uint64_t>(b) * item_bytes +
                                static_cast<std::uint64_t>(j) * row_bytes,
                            row_bytes);
        return;
    }
    if (contiguous)
        return op.copy(operand.data, ld, from, row_bytes, row_bytes,
                       static_cast<std::uint64_t>(cols * batch));
    for (std::int64_t b = 0; b < batch; ++b)
        op.copy(item(operand, b, element), ld,
                static_cast<const char *>(from) + static_cast<std::uint64_t>(b) * item_bytes, row_bytes,
                row_bytes, static_cast<std::uint64_t>(cols));
}

void scatter(const lai_operand &operand, const std::vector<char> &landing, std::int64_t rows,
             std::int64_t cols, std::int64_t batch, std::uint32_t element) {
    const auto row_bytes = static_cast<std::size_t>(rows) * element;
    const char *from = landing.data();
    for (std::int64_t b = 0; b < batch; ++b)
        for (std::int64_t j = 0; j < cols; ++j, from += row_bytes)
            std::memcpy(item(operand, b, element) + j * operand.ld * element, from, row_bytes);
}

template <typename T>
void set_identity(const lai_operand &operand, std::int64_t b) {
    std::vector<T> one(static_cast<std::size_t>(operand.rows * operand.cols));
    for (std::int64_t j = 0; j < std::min(operand.rows, operand.cols); ++j)
        one[static_cast<std::size_t>(j * operand.rows + j)] = T(1);
    const std::uint64_t row_bytes = static_cast<std::uint64_t>(operand.rows) * sizeof(T);
    char *const to = item(operand, b, sizeof(T));
    if (operand.space == 0) {
        for (std::int64_t j = 0; j < operand.cols; ++j)
            std::memcpy(to + j * operand.ld * static_cast<std::int64_t>(sizeof(T)),
                        one.data() + j * operand.rows, row_bytes);
        return;
    }
    Operation op;
    op.upload(to, static_cast<std::uint64_t>(operand.ld) * sizeof(T), one.data(), row_bytes, row_bytes,
              static_cast<std::uint64_t>(operand.cols));
    op.wait();
}

}  // namespace

SvdProblem::SvdProblem(const sdk::Call &call)
    : m(call.dim(LAI_GESVD_M)),
      n(call.dim(LAI_GESVD_N)),
      batch(call.batch_size()),
      jobu(call.flag(LAI_GESVD_JOBU)),
      jobvt(call.flag(LAI_GESVD_JOBVT)),
      transposed(m < n),
      p(std::max(m, n)),
      q(std::min(m, n)),
      long_columns(factor_columns(transposed ? jobvt : jobu, q, p)),
      want_short((transposed ? jobu : jobvt) != 'N'),
      element(call.dtype() == LAI_DTYPE_F32 ? 4 : 8) {
    constexpr std::int64_t largest = std::int64_t{1} << 30;
    if (p > largest) throw sdk::Declined(LAI_REASON_SHAPE, "m and n must be at most 2^30");
}

ItemCall::ItemCall(const sdk::Call &batch, std::int64_t b, std::uint32_t element)
    : raw_(batch.raw()), call_(raw_) {
    for (int i = 0; i < 4; ++i) {
        operands_[i] = batch.operand(i);
        if (!operands_[i].data) continue;
        operands_[i].data = item(batch.operand(i), b, element);
        operands_[i].flags &= ~LAI_OPERAND_POINTER_ARRAY;
    }
    raw_.operands = operands_;
    raw_.operand_stride = sizeof(lai_operand);
    raw_.batch = 1;
}

DeviceMatrix bring_a(Operation &op, const sdk::Call &call, const SvdProblem &problem) {
    const lai_operand &A = call.operand(LAI_GESVD_A);
    const bool pointers = A.flags & LAI_OPERAND_POINTER_ARRAY;
    if (A.space != 0 && !pointers) return {A.data, A.ld, problem.batch > 1 ? A.batch_stride : 0};
    const std::uint64_t row_bytes = static_cast<std::uint64_t>(problem.m) * problem.element;
    const std::uint64_t item_bytes = row_bytes * static_cast<std::uint64_t>(problem.n);
    const auto items = static_cast<std::uint64_t>(problem.batch);
    char *const to = op.temporary<char>(item_bytes * items);
    const std::uint64_t ld = static_cast<std::uint64_t>(A.ld) * problem.element;
    if (A.space == 0 && !pointers && (problem.batch == 1 || A.batch_stride == A.ld * problem.n)) {
        op.upload(to, row_bytes, A.data, ld, row_bytes, static_cast<std::uint64_t>(problem.n) * items,
                  A.flags & LAI_OPERAND_PINNED);
    } else if (A.space == 0) {
        std::vector<char> packed(item_bytes * items);
        for (std::uint64_t b = 0; b < items; ++b)
            for (std::int64_t j = 0; j < problem.n; ++j)
                std::memcpy(packed.data() + b * item_bytes + static_cast<std::uint64_t>(j) * row_bytes,
                            item(A, static_cast<std::int64_t>(b), problem.element) +
                                static_cast<std::uint64_t>(j) * ld,
                            row_bytes);
        op.upload(to, packed.size(), packed.data(), packed.size(), packed.size(), 1);
    } else {
        for (std::uint64_t b = 0; b < items; ++b)
            op.copy(to + b * item_bytes, row_bytes, item(A, static_cast<std::int64_t>(b), problem.element),
                    ld, row_bytes, static_cast<std::uint64_t>(problem.n));
    }
    return {to, problem.m, problem.m * problem.n};
}

DeviceResults make_results(Operation &op, const SvdProblem &problem) {
    const std::uint64_t unit = static_cast<std::uint64_t>(problem.batch) * problem.element;
    DeviceResults results;
    results.s = op.temporary(unit * static_cast<std::uint64_t>(problem.q));
    if (problem.u_columns() > 0)
        results.u = op.temporary(unit * static_cast<std::uint64_t>(problem.m * problem.u_columns()));
    if (problem.vt_rows() > 0)
        results.vt = op.temporary(unit * static_cast<std::uint64_t>(problem.vt_rows() * problem.n));
    return results;
}

void deliver(Operation &op, const sdk::Call &call, const SvdProblem &problem, const DeviceResults &results) {
    const std::int64_t batch = problem.batch, q = problem.q;
    const lai_operand &A = call.operand(LAI_GESVD_A);
    std::vector<char> landing;
    std::vector<char> *const a_landing = A.space == 0 ? &landing : nullptr;
    put(op, call.operand(LAI_GESVD_S), results.s, q, 1, batch, problem.element, nullptr);
    if (problem.jobu == 'A' || problem.jobu == 'S')
        put(op, call.operand(LAI_GESVD_U), results.u, problem.m, problem.u_columns(), batch, problem.element,
            nullptr);
    if (problem.jobvt == 'A' || problem.jobvt == 'S')
        put(op, call.operand(LAI_GESVD_VT), results.vt, problem.vt_rows(), problem.n, batch, problem.element,
            nullptr);
    if (problem.jobu == 'O') put(op, A, results.u, problem.m, q, batch, problem.element, a_landing);
    if (problem.jobvt == 'O') put(op, A, results.vt, q, problem.n, batch, problem.element, a_landing);
    op.wait();
    if (problem.jobu == 'O' && a_landing) scatter(A, landing, problem.m, q, batch, problem.element);
    if (problem.jobvt == 'O' && a_landing) scatter(A, landing, q, problem.n, batch, problem.element);
}

void deliver_empty(const sdk::Call &call, const SvdProblem &problem) {
    for (const auto &[letter, index] :
         {std::pair{problem.jobu, LAI_GESVD_U}, {problem.jobvt, LAI_GESVD_VT}}) {
        const lai_operand &operand = call.operand(index);
        if (letter != 'A' || operand.rows == 0 || operand.cols == 0) continue;
        for (std::int64_t b = 0; b < problem.batch; ++b)
            problem.element == 4 ? set_identity<float>(operand, b) : set_identity<double>(operand, b);
    }
}

}  // namespace lapack_ai::opencl_svd
