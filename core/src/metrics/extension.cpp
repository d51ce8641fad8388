#include "metrics/extension.hpp"

#include <algorithm>
#include <cstring>

#include "dispatch/op_table.hpp"
#include "metrics/event_document.hpp"
#include "metrics/metrics_recorder.hpp"
#include "metrics/process_recorder.hpp"
#include "metrics/snapshot.hpp"
#include "metrics/state_documents.hpp"
#include "runtime/runtime.hpp"

namespace lapack_ai::core {
namespace {

std::uint32_t read_events(const lai_host *, std::uint64_t after, lai_event *out, std::uint32_t capacity,
                          std::uint32_t stride) noexcept try {
    if (out == nullptr || stride < sizeof(std::uint32_t)) return 0;
    const std::vector<lai_event> events = process_metrics().events(after, capacity);
    for (std::size_t i = 0; i < events.size(); ++i) {
        char *target = reinterpret_cast<char *>(out) + i * stride;
        const std::uint32_t size = std::min<std::uint32_t>(stride, sizeof(lai_event));
        std::memcpy(target, &events[i], size);
        std::memcpy(target, &size, sizeof size);
    }
    return static_cast<std::uint32_t>(events.size());
} catch (...) {
    return 0;
}

std::size_t document(const lai_host *, const char *name, char *buffer, std::size_t capacity) noexcept try {
    const std::string wanted(name != nullptr ? name : "");
    // The commonest asks need no context.
    if (wanted == "snapshot") return copy_text(snapshot_document(process_metrics()), buffer, capacity);
    if (wanted == "in_flight") return copy_text(in_flight_document(process_metrics()), buffer, capacity);
    return copy_text(state_document(wanted, *document_context()), buffer, capacity);
} catch (...) {
    return 0;
}

const char *variant_name(const lai_host *, std::uint32_t variant) noexcept {
    const VariantName *name = process_metrics().variant_name(variant);
    return name != nullptr ? name->label.c_str() : nullptr;
}

const char *op_name(const lai_host *, std::uint32_t number) noexcept {
    const Op *op = OpTable::instance().find(number);
    return op != nullptr ? op->short_name.c_str() : nullptr;
}

}  // namespace

const lai_metrics *metrics_extension() noexcept {
    static constexpr lai_metrics table{sizeof(lai_metrics), 0, read_events, document, variant_name, op_name};
    return &table;
}

std::size_t copy_text(const std::string &text, char *buffer, std::size_t capacity) noexcept {
    if (buffer != nullptr && capacity > 0) {
        const std::size_t copied = std::min(text.size(), capacity - 1);
        std::memcpy(buffer, text.data(), copied);
        buffer[copied] = '\0';
    }
    return text.size();
}

}  // namespace lapack_ai::core
