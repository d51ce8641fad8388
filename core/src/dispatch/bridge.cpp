#include "dispatch/bridge.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace lapack_ai::core {

namespace {

// Of a copy between host and device, until something better is known: what staged pageable memory reaches on
// PCI Express 3 and later, and the round trip of one command.
constexpr double bridge_bytes_per_second = 10e9;
constexpr double bridge_latency_seconds = 30e-6;

std::uint64_t item_bytes(const lai_operand &operand) noexcept {
    return static_cast<std::uint64_t>(operand.rows) * static_cast<std::uint64_t>(operand.cols) *
           dtype_bytes(operand.dtype);
}

std::uint64_t items(const lai_call &call) noexcept {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(call.batch, 0));
}

bool used(const Op &op, const lai_call &call, std::uint32_t i) noexcept {
    return op.operands[i].reads.evaluate(call) != 0 || op.operands[i].writes.evaluate(call) != 0;
}

// Parts of such an operand may be left as they were, so its copy must begin as the original.
bool begins_as_it_was(const Op &op, const lai_call &call, std::uint32_t i) noexcept {
    return op.operands[i].reads.evaluate(call) != 0 || op.operands[i].schema->shape != LAI_SHAPE_GENERAL;
}

void make_tight(lai_operand &operand) noexcept {
    operand.ld = std::max<std::int64_t>(1, operand.rows);
    operand.batch_stride = operand.batch_stride != 0 ? operand.rows * operand.cols : 0;
    operand.space = 0;
}

}  // namespace

BridgeCost bridge_cost(const Op &op, const lai_call &call, const RegisteredVariant &variant) noexcept {
    BridgeCost cost;
    for (std::uint32_t i = 0; i < call.operand_count && i < op.operands.size(); ++i) {
        const lai_operand &operand = *LAI_OPERAND(&call, i);
        if (variant.reaches(operand.space) || !used(op, call, i)) continue;
        const std::uint64_t bytes = item_bytes(operand) * items(call);
        const int ways =
            (begins_as_it_was(op, call, i) ? 1 : 0) + (op.operands[i].writes.evaluate(call) != 0 ? 1 : 0);
        cost.bytes += std::max<std::uint64_t>(bytes, 1);
        cost.seconds +=
            ways * (static_cast<double>(bytes) / bridge_bytes_per_second + bridge_latency_seconds);
    }
    return cost;
}

bool bridge_for_query(lai_call &call, const RegisteredVariant &variant, Arena &arena) noexcept {
    auto *operands = static_cast<lai_operand *>(
        arena.allocate(call.operand_count * sizeof(lai_operand), alignof(lai_operand)));
    if (operands == nullptr) return false;
    for (std::uint32_t i = 0; i < call.operand_count; ++i) {
        operands[i] = *LAI_OPERAND(&call, i);
        if (variant.reaches(operands[i].space)) continue;
        make_tight(operands[i]);
        operands[i].data = nullptr;
    }
    call.operands = operands;
    call.operand_stride = sizeof(lai_operand);
    return true;
}

void Bridge::Free::operator()(void *p) const noexcept {
    std::free(p);
}

Bridge::Bridge(const Op &op, const lai_call &call, const RegisteredVariant &variant,
               const Registry &registry) noexcept
    : op_(op), variant_(variant), registry_(registry), call_(call) {
    const std::uint32_t count = std::min(call.operand_count, max_operands);
    for (std::uint32_t i = 0; i < count; ++i) operands_[i] = *LAI_OPERAND(&call, i);
    call_.operands = operands_.data();
    call_.operand_stride = sizeof(lai_operand);
}

// Results that the variant leaves out (INFO > 0) are zero, not what the host's memory happened to hold.
bool Bridge::allocate(Copy &copy, lai_operand &operand, bool reads) noexcept {
    const std::uint64_t bytes = std::max<std::uint64_t>(item_bytes(operand) * items(call_), 1);
    copy.data.reset(reads ? std::malloc(bytes) : std::calloc(bytes, 1));
    if (copy.data == nullptr) return false;
    const bool pointers = (operand.flags & LAI_OPERAND_POINTER_ARRAY) != 0;
    if (!pointers) {
        operand.batch_stride = copy.original.rows * copy.original.cols;
        operand.data = copy.data.get();
        return true;
    }
    copy.pointers.reset(new (std::nothrow) void *[std::max<std::uint64_t>(items(call_), 1)]);
    if (copy.pointers == nullptr) return false;
    for (std::uint64_t item = 0; item < items(call_); ++item)
        copy.pointers[item] = static_cast<char *>(copy.data.get()) + item * item_bytes(operand);
    operand.data = copy.pointers.get();
    return true;
}

const char *Bridge::fetch() noexcept {
    for (std::uint32_t i = 0; i < call_.operand_count && i < op_.operands.size(); ++i) {
        lai_operand &operand = operands_[i];
        if (variant_.reaches(operand.space)) continue;
        Copy &copy = copies_[i];
        copy.original = operand;
        make_tight(operand);
        operand.flags &= ~LAI_OPERAND_PINNED;
        if (operand.data == nullptr || !used(op_, call_, i)) continue;
        copy.memory = registry_.memory(copy.original.space);
        if (copy.memory == nullptr) return "the plugin that manages its operands' memory is gone";
        const bool reads = begins_as_it_was(op_, call_, i);
        if (!allocate(copy, operand, reads)) return "no host memory for copies of its operands";
        if (reads && !move(copy, false)) return "its operands cannot be read from the device";
    }
    return nullptr;
}

const char *Bridge::write_back() noexcept {
    for (std::uint32_t i = 0; i < call_.operand_count && i < op_.operands.size(); ++i) {
        const Copy &copy = copies_[i];
        if (copy.memory == nullptr || op_.operands[i].writes.evaluate(call_) == 0) continue;
        if (!move(copy, true)) return "its results cannot be written to the device";
    }
    return nullptr;
}

bool Bridge::move(const Copy &copy, bool to_device) noexcept {
    const lai_operand &o = copy.original;
    const std::uint64_t element = dtype_bytes(o.dtype);
    const std::uint64_t rows = static_cast<std::uint64_t>(o.rows) * element,
                        ld = static_cast<std::uint64_t>(o.ld) * element;
    const std::uint64_t cols = static_cast<std::uint64_t>(o.cols), bytes = item_bytes(o);
    if (bytes == 0) return true;
    const auto one = [&](void *device, std::uint64_t offset, void *host, std::uint64_t count) {
        (to_device ? written_ : fetched_) += rows * count;
        const lai_memory &m = *copy.memory;
        return (to_device ? m.upload(m.self, device, offset, ld, host, rows, rows, count)
                          : m.download(m.self, device, offset, ld, host, rows, rows, count)) == LAI_OK;
    };
    char *host = static_cast<char *>(copy.data.get());
    const bool pointers = (o.flags & LAI_OPERAND_POINTER_ARRAY) != 0;
    if (!pointers && o.batch_stride == o.ld * o.cols) return one(o.data, 0, host, cols * items(call_));
    for (std::uint64_t item = 0; item < items(call_); ++item, host += bytes) {
        const std::uint64_t offset = static_cast<std::uint64_t>(o.batch_stride) * element * item;
        void *device = pointers ? static_cast<void *const *>(o.data)[item] : o.data;
        if (!one(device, pointers ? 0 : offset, host, cols)) return false;
    }
    return true;
}

}  // namespace lapack_ai::core
