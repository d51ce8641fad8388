// From C arguments to a dispatched call.
#pragma once

#include <cstdint>

#include "api/context.hpp"
#include "api/edge.hpp"
#include "dispatch/address_map.hpp"
#include "dispatch/op_table.hpp"
#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::core {

// One operand as the user gives it, in the user's layout.
struct OperandArgument {
    const void *data;
    std::int64_t ld;  // of a vector: ignored
    std::int64_t stride = 0;
    std::uint64_t flags = 0;
};

inline constexpr std::uint32_t max_operands = 16;

// A letter in upper case; other characters stay.
inline std::uint8_t upper_letter(char c) noexcept {
    return static_cast<std::uint8_t>(c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c);
}

// A call before its operands are known: dims, flags and scalars are the caller's arrays.
inline lai_call make_call(const Op &op, lai_dtype dtype, std::uint32_t layout, const std::int64_t *dims,
                          const std::uint8_t *flags, const lai_scalar *scalars, lai_operand *operands,
                          std::int64_t batch) noexcept {
    const lai_op_schema &schema = *op.schema;
    return {sizeof(lai_call),
            op.number,
            schema.id,
            dtype,
            LAI_ACCURACY_INHERIT,
            dims,
            flags,
            scalars,
            operands,
            schema.dim_count,
            schema.flag_count,
            schema.scalar_count,
            schema.operand_count,
            sizeof(lai_operand),
            layout,
            batch,
            0,
            0,
            0,
            0,
            nullptr,
            0,
            nullptr,
            0,
            LAI_LANGUAGE_INHERIT,
            0};
}

// Fills operands (max_operands of them) from the schema's shapes, in the user's layout.
void shape_operands(const Op &op, const lai_call &call, const OperandArgument *arguments,
                    lai_operand *operands) noexcept;

// Options as the dispatcher takes them. Throws Error(usage) for a size or mode it does not know.
CallOptions call_options(const lai_call_options &options);

// Runs a column-major or row-major call whose operands are in the user's layout, and reports. `site` is the
// return address of the API's function: as a default argument the builtin is evaluated there. Throws.
std::int64_t run_call(lai_context *context, const Op &op, lai_call &call, const lai_call_options *options,
                      const void *site);

// What the typed functions are made of: everything in the schema's order.
template <std::size_t operand_count>
std::int64_t run_typed(BuiltinOp number, lai_context *context, const lai_call_options *options,
                       std::uint32_t layout, lai_dtype dtype, const std::int64_t *dims,
                       const std::uint8_t *flags, const lai_scalar *scalars,
                       const OperandArgument (&arguments)[operand_count], std::int64_t batch = 1,
                       const void *site = __builtin_return_address(0)) noexcept {
    return call_at_edge([&] {
        const Op &op = OpTable::instance().find(number);
        lai_operand operands[operand_count];
        lai_call call = make_call(op, dtype, layout, dims, flags, scalars, operands, batch);
        shape_operands(op, call, arguments, operands);
        find_spaces(op, call, operands);
        return run_call(context, op, call, options, site);
    });
}

}  // namespace lapack_ai::core
