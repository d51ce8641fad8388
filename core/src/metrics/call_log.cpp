#include "metrics/call_log.hpp"

#include <algorithm>
#include <filesystem>
#include <new>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/version.hpp"
#include "cost/machine.hpp"
#include "dispatch/op_table.hpp"
#include "metrics/metrics_recorder.hpp"

namespace lapack_ai::core {

void CallTimes::add(double seconds, double predicted) noexcept {
    total_ += seconds;
    predicted_ += predicted;
    const std::uint64_t number = count_++;
    if (number < sample_size) {
        sample_[number] = static_cast<float>(seconds);
        return;
    }
    // Vitter's reservoir.
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    const std::uint64_t place = random_ % count_;
    if (place < sample_size) sample_[place] = static_cast<float>(seconds);
}

double CallTimes::median() const {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(count_, sample_size));
    if (size == 0) return 0;
    std::vector<float> sorted(sample_.begin(), sample_.begin() + static_cast<std::ptrdiff_t>(size));
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(size / 2), sorted.end());
    return static_cast<double>(sorted[size / 2]);
}

void CallLog::add(const lai_call &call, const lai_event &event) noexcept try {
    CallShape shape;
    shape.op = call.op;
    shape.dtype = call.dtype;
    shape.variant = event.variant;
    shape.threads = static_cast<std::uint32_t>(call.thread_budget);
    shape.batch = call.batch;
    for (std::uint32_t i = 0; i < std::min(call.flag_count, 8u); ++i)
        shape.letters = shape.letters << 8 | call.flags[i];
    for (std::size_t i = 0; i < std::min<std::size_t>(call.dim_count, CallShape::most_dims); ++i)
        shape.dims[i] = call.dims[i];
    const std::lock_guard lock(mutex_);
    ++calls_;
    const auto known = shapes_.find(shape);
    if (known == shapes_.end() && shapes_.size() >= most_shapes) {
        ++lost_;
        return;
    }
    (known != shapes_.end() ? known->second : shapes_[shape])
        .add(event.actual_seconds, event.predicted_seconds);
} catch (const std::bad_alloc &) {
    ++lost_;
}

std::string CallLog::document(const MetricsRecorder &names) const {
    using nlohmann::ordered_json;
    ordered_json calls = ordered_json::array();
    const std::lock_guard lock(mutex_);
    for (const auto &[shape, times] : shapes_) {
        const Op *op = OpTable::instance().find(shape.op);
        const VariantName *name = names.variant_name(shape.variant);
        if (op == nullptr) continue;
        std::string letters;
        for (std::uint32_t i = op->schema->flag_count; i-- > 0;)
            letters += static_cast<char>(shape.letters >> (8 * i) & 0xff);
        ordered_json dims = ordered_json::array();
        for (std::uint32_t i = 0; i < op->schema->dim_count && i < CallShape::most_dims; ++i)
            dims.push_back(shape.dims[i]);
        calls.push_back({{"op", op->short_name},
                         {"dtype", std::string(1, dtype_letter(shape.dtype))},
                         {"dims", dims},
                         {"flags", letters},
                         {"batch", shape.batch},
                         {"threads", shape.threads},
                         {"backend", name != nullptr ? name->plugin : ""},
                         {"variant", name != nullptr ? name->variant : ""},
                         {"count", times.count()},
                         {"total_seconds", times.total()},
                         {"median_seconds", times.median()},
                         {"predicted_seconds", times.predicted()}});
    }
    std::error_code unknown;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
    return ordered_json{{"format", "lapack_ai calls"},
                        {"format_version", 1},
                        {"library", version()},
                        {"program", unknown ? "" : program.filename().string()},
                        {"machine", this_machine().cpu_model},
                        {"lost", lost_},
                        {"calls", calls}}
               .dump(1, ' ', false, ordered_json::error_handler_t::replace) +
           "\n";
}

bool CallLog::empty() const {
    const std::lock_guard lock(mutex_);
    return shapes_.empty();
}

std::uint64_t CallLog::changes() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}

void CallLog::clear() {
    const std::lock_guard lock(mutex_);
    shapes_.clear();
    calls_ = lost_ = 0;
}

}  // namespace lapack_ai::core
