#include "dispatch/nonfinite.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::core {

namespace {

// The sum of 0 * x over a column is 0 when all of it is finite and NaN otherwise: a test without branches
// that vectorises; the culprit is looked for only when there is one.
template <typename Real>
bool all_finite(const Real *x, std::int64_t count) noexcept {
    Real a = 0, b = 0, c = 0, d = 0;
    std::int64_t i = 0;
    for (; i + 4 <= count; i += 4) {
        a += x[i] * 0;
        b += x[i + 1] * 0;
        c += x[i + 2] * 0;
        d += x[i + 3] * 0;
    }
    for (; i < count; ++i) a += x[i] * 0;
    return (a + b) + (c + d) == 0;
}

enum class Part { all, upper, lower };

Part part_of(const Op &op, std::uint32_t operand, const lai_call &call) noexcept {
    const std::uint32_t shape = op.operands[operand].schema->shape;
    if (shape == LAI_SHAPE_UPPER) return Part::upper;
    if (shape == LAI_SHAPE_LOWER) return Part::lower;
    if (shape != LAI_SHAPE_BY_UPLO && shape != LAI_SHAPE_TRIANGULAR) return Part::all;
    for (std::uint32_t i = 0; i < op.schema->flag_count; ++i) {
        const lai_flag_schema &flag = entry(op.schema->flags, op.schema->flag_stride, i);
        if (std::string_view(flag.name) == "uplo") return call.flags[i] == 'U' ? Part::upper : Part::lower;
    }
    return Part::all;
}

template <typename Real>
std::optional<NonFinite> search(const lai_operand &operand, const void *data, std::int64_t parts, Part part) {
    for (std::int64_t j = 0; j < operand.cols; ++j) {
        const std::int64_t first = part == Part::lower ? std::min(j, operand.rows) : 0;
        const std::int64_t end = part == Part::upper ? std::min(j + 1, operand.rows) : operand.rows;
        const Real *column = static_cast<const Real *>(data) + j * operand.ld * parts;
        if (all_finite(column + first * parts, (end - first) * parts)) continue;
        for (std::int64_t i = first * parts; i < end * parts; ++i) {
            if (!std::isfinite(column[i]))
                return NonFinite{0, 0, i / parts, j, static_cast<double>(column[i])};
        }
    }
    return std::nullopt;
}

std::optional<NonFinite> search(const lai_operand &operand, const void *data, Part part) {
    switch (operand.dtype) {
        case LAI_DTYPE_F32:
            return search<float>(operand, data, 1, part);
        case LAI_DTYPE_F64:
            return search<double>(operand, data, 1, part);
        case LAI_DTYPE_C32:
            return search<float>(operand, data, 2, part);
        case LAI_DTYPE_C64:
            return search<double>(operand, data, 2, part);
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<NonFinite> find_nonfinite(const Op &op, const lai_call &call) noexcept {
    for (std::uint32_t i = 0; i < call.operand_count && i < op.operands.size(); ++i) {
        const lai_operand &operand = *LAI_OPERAND(&call, i);
        if (operand.data == nullptr || operand.space != 0 || op.operands[i].reads.evaluate(call) == 0)
            continue;
        const Part part = part_of(op, i, call);
        for (std::int64_t item = 0; item < call.batch; ++item) {
            const bool pointers = (operand.flags & LAI_OPERAND_POINTER_ARRAY) != 0;
            const std::uint64_t offset = static_cast<std::uint64_t>(item * operand.batch_stride);
            const void *data =
                pointers ? static_cast<void *const *>(operand.data)[item]
                         : static_cast<const char *>(operand.data) + offset * dtype_bytes(operand.dtype);
            if (data == nullptr) continue;
            if (auto found = search(operand, data, part)) {
                found->operand = i;
                found->item = item;
                return found;
            }
        }
    }
    return std::nullopt;
}

}  // namespace lapack_ai::core
