// The generic call and explain of the C API.
#include <algorithm>
#include <array>

#include "api/call.hpp"
#include "api/explanation.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace lapack_ai::core {
namespace {

const Op &op_named(const char *name) {
    if (name == nullptr) throw Error(ErrorKind::usage, "lai_request: op is null");
    if (const Op *op = OpTable::instance().find(std::string_view(name))) return *op;
    std::vector<std::string> known;
    for (const Op *op : OpTable::instance().all()) known.push_back(op->short_name);
    throw Error(ErrorKind::usage,
                std::string("unknown operation '") + name + '\'' + did_you_mean(name, known));
}

// A request with everything filled in: the call points into this object.
class RequestedCall {
  public:
    explicit RequestedCall(const lai_request &request, bool with_data)
        : op_(op_named(request.op)), request_(request) {
        if (!LAI_HAS(&request, lai_request, operand_count))
            throw Error(ErrorKind::usage, "lai_request: size is " + std::to_string(request.size) +
                                              ": must be sizeof(lai_request)");
        const lai_op_schema &schema = *op_.schema;
        if (request.layout > LAI_LAYOUT_ROW)
            throw Error(ErrorKind::usage, "lai_request: layout is " + std::to_string(request.layout) +
                                              ": must be LAI_LAYOUT_COL or LAI_LAYOUT_ROW");
        expect("dims", request.dims != nullptr, request.dim_count, schema.dim_count, true);
        expect("flags", request.flags != nullptr, request.flag_count, schema.flag_count, false);
        expect("scalars", request.scalars != nullptr, request.scalar_count, schema.scalar_count, false);
        expect("operands", request.operands != nullptr, request.operand_count, schema.operand_count,
               with_data);
        for (std::uint32_t i = 0; i < schema.flag_count; ++i)
            flags_[i] = request.flags != nullptr
                            ? upper_letter(request.flags[i])
                            : static_cast<std::uint8_t>(entry(schema.flags, schema.flag_stride, i).initial);
        if (request.scalars != nullptr) std::copy_n(request.scalars, schema.scalar_count, scalars_.begin());
        const bool batched = request.strides != nullptr || request.pointer_arrays != 0 || request.batch != 0;
        call_ = make_call(op_, request.dtype, request.layout, request.dims, flags_.data(), scalars_.data(),
                          operands_.data(), batched ? request.batch : 1);
        std::array<OperandArgument, max_operands> arguments{};
        for (std::uint32_t i = 0; i < schema.operand_count; ++i) arguments[i] = argument(i);
        shape_operands(op_, call_, arguments.data(), operands_.data());
        for (std::uint32_t i = 0; i < schema.operand_count; ++i) {
            tighten(operands_[i]);
            // The ranking is that of the mapped call, which nobody has to run here.
            if (!with_data && request.layout == LAI_LAYOUT_ROW)
                operands_[i].ld = std::max<std::int64_t>(1, operands_[i].rows);
        }
        find_spaces(op_, call_, operands_.data());
    }
    RequestedCall(const RequestedCall &) = delete;

    const Op &op() const { return op_; }
    lai_call &call() { return call_; }

  private:
    void expect(const char *what, bool given, std::uint32_t count, std::uint32_t wanted, bool needed) const {
        if (!given && !(needed && wanted > 0)) return;
        if (given && count == wanted) return;
        throw Error(ErrorKind::usage, op_.short_name + ": " + std::to_string(given ? count : 0) + ' ' + what +
                                          " given, must be " + std::to_string(wanted));
    }

    OperandArgument argument(std::uint32_t i) const {
        return {request_.operands != nullptr ? request_.operands[i] : nullptr,
                request_.lds != nullptr ? request_.lds[i] : 0,
                request_.strides != nullptr ? request_.strides[i] : 0,
                request_.pointer_arrays != 0 ? LAI_OPERAND_POINTER_ARRAY : 0};
    }

    // A leading dimension of 0, and the stride of a batch that names none, are as tight as they can be.
    void tighten(lai_operand &operand) const {
        const bool row_major = request_.layout == LAI_LAYOUT_ROW;
        if (operand.ld == 0) operand.ld = std::max<std::int64_t>(1, row_major ? operand.cols : operand.rows);
        if (request_.strides == nullptr && call_.batch > 1)
            operand.batch_stride = operand.ld * (row_major ? operand.rows : operand.cols);
    }

    const Op &op_;
    const lai_request &request_;
    std::array<std::uint8_t, max_operands> flags_{};
    std::array<lai_scalar, max_operands> scalars_{};
    std::array<lai_operand, max_operands> operands_{};
    lai_call call_{};
};

}  // namespace
}  // namespace lapack_ai::core

using namespace lapack_ai::core;

extern "C" int64_t lai_execute(lai_context *context, const lai_request *request,
                               const lai_call_options *options) {
    const void *site = __builtin_return_address(0);
    return call_at_edge([&] {
        thread_report().diagnosis = nullptr;  // a request that makes no call leaves none
        if (request == nullptr) throw Error(ErrorKind::usage, "lai_execute: request is null");
        RequestedCall requested(*request, true);
        return run_call(context, requested.op(), requested.call(), options, site);
    });
}

extern "C" int64_t lai_explain(lai_context *context, const lai_request *request,
                               const lai_call_options *options, uint32_t format, char *buffer,
                               size_t capacity) {
    return text_at_edge(buffer, capacity, [&] {
        if (request == nullptr) throw Error(ErrorKind::usage, "lai_explain: request is null");
        RequestedCall requested(*request, false);
        const Ranking ranking = context_or_default(context).dispatcher->explain(
            requested.call(), options != nullptr ? call_options(*options) : CallOptions{});
        return format == LAI_FORMAT_JSON ? explanation_json(requested.op(), requested.call(), ranking)
                                         : explanation_text(requested.op(), requested.call(), ranking);
    });
}

extern "C" const lai_op_schema *lai_op(const char *name) {
    const Op *op = name != nullptr ? OpTable::instance().find(std::string_view(name)) : nullptr;
    return op != nullptr ? op->schema : nullptr;
}
