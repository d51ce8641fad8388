#include "dispatch/address_map.hpp"

#include <iterator>
#include <mutex>

#include "base/error.hpp"

namespace lapack_ai::core {

AddressMap &AddressMap::instance() {
    static AddressMap &map = *new AddressMap;
    return map;
}

void AddressMap::add(const AddressRange &range) {
    const std::unique_lock lock(mutex_);
    ranges_[range.begin] = {range, 1};
    count_.store(ranges_.size(), std::memory_order_relaxed);
}

AddressMap::Ranges::iterator AddressMap::locate(const void *address) noexcept {
    const char *at = static_cast<const char *>(address);
    const auto above = ranges_.upper_bound(at);
    if (above == ranges_.begin()) return ranges_.end();
    const auto found = std::prev(above);
    return at < found->first + found->second.range.bytes ? found : ranges_.end();
}

bool AddressMap::retain(const void *address) noexcept {
    const std::unique_lock lock(mutex_);
    const auto found = locate(address);
    if (found == ranges_.end()) return false;
    ++found->second.references;
    return true;
}

bool AddressMap::release(const void *address) noexcept {
    AddressRange last;
    {
        const std::unique_lock lock(mutex_);
        const auto found = locate(address);
        if (found == ranges_.end()) return false;
        if (--found->second.references > 0) return true;
        last = found->second.range;
        ranges_.erase(found);
        count_.store(ranges_.size(), std::memory_order_relaxed);
    }
    if (last.space != 0)
        last.memory->release(last.memory->self, last.begin);
    else
        last.memory->host_free(last.memory->self, last.begin);
    return true;
}

AddressRange AddressMap::find(const void *address) const noexcept {
    const std::shared_lock lock(mutex_);
    auto *self = const_cast<AddressMap *>(this);
    const auto found = self->locate(address);
    return found == self->ranges_.end() ? AddressRange{} : found->second.range;
}

namespace {

// Bytes from the first to the last element in the user's layout; false when they cannot be counted (the
// checks of arguments will say why).
bool extent(const lai_operand &operand, std::uint32_t layout, std::int64_t batch, bool vector,
            std::int64_t &bytes) noexcept {
    std::int64_t rows = operand.rows, cols = operand.cols, items = batch > 0 ? batch - 1 : 0, last = 0;
    if (layout == LAI_LAYOUT_ROW && !vector) std::swap(rows, cols);
    bytes = 0;
    if (rows <= 0 || cols <= 0 || batch <= 0) return true;
    return operand.ld >= rows && operand.batch_stride >= 0 &&
           !__builtin_mul_overflow(operand.ld, cols - 1, &bytes) &&
           !__builtin_add_overflow(bytes, rows, &bytes) &&
           !__builtin_mul_overflow(operand.batch_stride, items, &last) &&
           !__builtin_add_overflow(bytes, last, &bytes) &&
           !__builtin_mul_overflow(bytes, static_cast<std::int64_t>(dtype_bytes(operand.dtype)), &bytes);
}

[[noreturn]] void object(const Op &op, const lai_call &call, std::uint32_t i, const std::string &what) {
    throw Error(ErrorKind::bad_input,
                routine_name(op, call.dtype) + ": " + op.operands[i].schema->name + ' ' + what);
}

void place(const Op &op, const lai_call &call, std::uint32_t i, lai_operand &operand, const void *data,
           std::int64_t batch, bool first) {
    const AddressRange range = AddressMap::instance().find(data);
    if (!first && range.space != operand.space)
        object(op, call, i, "has items in different memory spaces: they must share one");
    operand.space = range.space;
    if (range.begin == nullptr) return;
    if (range.space == 0 && batch == call.batch) operand.flags |= LAI_OPERAND_PINNED;
    std::int64_t bytes = 0;
    if (!extent(operand, call.layout, batch, op.operands[i].schema->is_vector != 0, bytes)) return;
    const auto left = static_cast<std::int64_t>(range.begin + range.bytes - static_cast<const char *>(data));
    if (range.space != 0 && bytes > left)
        object(op, call, i,
               "spans " + std::to_string(bytes) + " bytes of device memory, but only " +
                   std::to_string(left) + " follow its address");
    if (bytes > left) operand.flags &= ~LAI_OPERAND_PINNED;
}

}  // namespace

void detail::find_spaces(const Op &op, const lai_call &call, lai_operand *operands) {
    for (std::uint32_t i = 0; i < call.operand_count; ++i) {
        lai_operand &operand = operands[i];
        const CompiledOperand &compiled = op.operands[i];
        if (operand.data == nullptr ||
            (compiled.reads.evaluate(call) == 0 && compiled.writes.evaluate(call) == 0)) {
            continue;
        }
        if ((operand.flags & LAI_OPERAND_POINTER_ARRAY) == 0) {
            place(op, call, i, operand, operand.data, call.batch, true);
            continue;
        }
        for (std::int64_t item = 0; item < call.batch; ++item)
            place(op, call, i, operand, static_cast<void *const *>(operand.data)[item], 1, item == 0);
    }
}

}  // namespace lapack_ai::core
