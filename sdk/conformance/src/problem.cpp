// See problem.hpp.
#include "problem.hpp"

#include <algorithm>
#include <cstdio>

namespace lapack_ai::conformance {

char letter_of(lai_dtype dtype) noexcept {
    return dtype < LAI_DTYPE_COUNT ? "?sdcz"[dtype <= LAI_DTYPE_C64 ? dtype : 0] : '?';
}

std::string Recipe::describe(const core::Op &op) const {
    static constexpr const char *names[] = {"ordinary", "singular", "nan", "inf", "poison"};
    std::string text;
    const auto add = [&](const std::string &name, const std::string &value) {
        text += (text.empty() ? "" : " ") + name + "=" + value;
    };
    const lai_op_schema &s = *op.schema;
    for (std::size_t i = 0; i < dims.size(); ++i)
        add(core::entry(s.dims, s.dim_stride, static_cast<std::uint32_t>(i)).name, std::to_string(dims[i]));
    for (std::size_t i = 0; i < flags.size(); ++i)
        add(core::entry(s.flags, s.flag_stride, static_cast<std::uint32_t>(i)).name, {flags[i]});
    for (std::size_t i = 0; i < scalars.size(); ++i) {
        char value[64];
        std::snprintf(value, sizeof value, scalars[i].im == 0 ? "%g" : "(%g,%g)", scalars[i].re,
                      scalars[i].im);
        add(core::entry(s.scalars, s.scalar_stride, static_cast<std::uint32_t>(i)).name, value);
    }
    if (batch != 1 || gap || pointer_array || broadcast) add("batch", std::to_string(batch));
    if (padding) add("ld", "rows+" + std::to_string(padding) + "+operand");
    if (gap) add("gap", std::to_string(gap));
    if (misalign) add("misaligned", std::to_string(misalign));
    if (threads != 1) add("threads", std::to_string(threads));
    if (pointer_array) text += " pointer-array";
    if (broadcast) text += " stride-0";
    if (give_unread) text += " unread-operands-given";
    if (share_inputs) text += " aliased-inputs";
    if (layout == LAI_LAYOUT_ROW) text += " layout=row";
    if (deterministic) text += " deterministic";
    if (content != Content::ordinary) text += std::string(" content=") + names[static_cast<int>(content)];
    return text;
}

Problem::Problem(const core::Op &op, lai_dtype dtype, const Recipe &recipe) : op_(op), recipe_(recipe) {
    recipe_.scalars.resize(op.schema->scalar_count);
    call_.size = sizeof call_;
    call_.op = op.number;
    call_.op_id = op.schema->id;
    call_.dtype = dtype;
    call_.accuracy = LAI_ACCURACY_MIXED;
    call_.dims = recipe_.dims.data();
    call_.flags = reinterpret_cast<const std::uint8_t *>(recipe_.flags.data());
    call_.scalars = recipe_.scalars.data();
    call_.dim_count = static_cast<std::uint32_t>(recipe_.dims.size());
    call_.flag_count = static_cast<std::uint32_t>(recipe_.flags.size());
    call_.scalar_count = static_cast<std::uint32_t>(recipe_.scalars.size());
    call_.layout = recipe_.layout;
    call_.batch = recipe_.batch;
    call_.thread_budget = recipe_.threads;
    call_.deterministic = recipe_.deterministic;

    memory_.reserve(op.operands.size());  // addresses of items stand in pointer arrays
    for (std::size_t i = 0; i < op.operands.size(); ++i) {
        const core::CompiledOperand &compiled = op.operands[i];
        reads_.push_back(compiled.reads.evaluate(call_) != 0);
        writes_.push_back(compiled.writes.evaluate(call_) != 0);
        Layout l;
        l.dtype = core::operand_dtype(*compiled.schema, dtype);
        const bool given = present(i) || recipe.give_unread;
        l.rows = given ? compiled.rows.size(call_) : 0;
        l.cols = given ? compiled.cols.size(call_) : 0;
        const bool vector = compiled.schema->is_vector != 0;
        const std::int64_t padding = recipe.padding && !vector ? recipe.padding + static_cast<int>(i) : 0;
        l.ld = std::max<std::int64_t>(1, l.rows + padding);
        l.items = recipe.batch;
        const bool only_read = !writes_[i];
        const std::int64_t spacing = l.ld * std::max<std::int64_t>(l.cols, 1) + recipe.gap;
        if (recipe.batch > 1) l.stride = recipe.broadcast && only_read ? 0 : spacing;
        if (recipe.pointer_array) l.stride = spacing;
        l.pointer_array = recipe.pointer_array;
        l.misalign = recipe.misalign;
        l.own_pages = recipe.own_pages;
        std::size_t place = memory_.size();
        if (recipe.share_inputs && only_read)
            for (std::size_t earlier = 0; earlier < i; ++earlier) {
                const Layout &other = layout(earlier);
                if (!writes_[earlier] && other.dtype == l.dtype && other.rows == l.rows &&
                    other.cols == l.cols)
                    place = place_[earlier];
            }
        place_.push_back(place);
        if (place == memory_.size()) memory_.emplace_back(l);
        const Layout &used = memory_[place].layout();
        lai_operand operand{};
        operand.size = sizeof operand;
        operand.dtype = used.dtype;
        operand.data = given ? memory_[place].data() : nullptr;
        operand.rows = used.rows;
        operand.cols = used.cols;
        operand.ld = used.ld;
        operand.batch_stride = recipe.pointer_array ? 0 : used.stride;
        operand.flags = recipe.pointer_array ? LAI_OPERAND_POINTER_ARRAY : 0;
        operands_.push_back(operand);
    }
    call_.operands = operands_.data();
    call_.operand_count = static_cast<std::uint32_t>(operands_.size());
    call_.operand_stride = sizeof(lai_operand);
    remember();
}

void Problem::remember() {
    before_.clear();
    for (const OperandMemory &memory : memory_) before_.push_back(memory.bytes());
}

void Problem::restore() {
    for (std::size_t i = 0; i < memory_.size(); ++i) memory_[i].restore(before_[i]);
}

std::string Problem::changed(bool all) const {
    for (std::size_t i = 0; i < place_.size(); ++i) {
        if (writes_[i] && !all) continue;
        const std::string where = memory_[place_[i]].difference(before_[place_[i]], true);
        if (!where.empty()) return std::string(op_.operands[i].schema->name) + ", " + where;
    }
    return {};
}

std::string Problem::overrun() const {
    for (std::size_t i = 0; i < place_.size(); ++i) {
        const std::string where = memory_[place_[i]].difference(before_[place_[i]], false);
        if (!where.empty()) return std::string(op_.operands[i].schema->name) + ", " + where;
    }
    return {};
}

std::vector<std::byte> Problem::outputs() const {
    std::vector<std::byte> all;
    for (std::size_t i = 0; i < place_.size(); ++i) {
        if (!writes_[i]) continue;
        const std::vector<std::byte> bytes = memory_[place_[i]].bytes();
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
}

}  // namespace lapack_ai::conformance
