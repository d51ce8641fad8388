#include "metrics/record.hpp"

#include <algorithm>
#include <bit>

namespace lapack_ai::core {
namespace {

std::uint64_t clip32(std::int64_t value) noexcept {
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(value, 0, INT64_C(0xffffffff)));
}

std::uint64_t pair(std::int64_t low, std::int64_t high) noexcept {
    return clip32(low) | clip32(high) << 32;
}

std::uint64_t floats(double low, double high) noexcept {
    return std::bit_cast<std::uint32_t>(static_cast<float>(low)) |
           static_cast<std::uint64_t>(std::bit_cast<std::uint32_t>(static_cast<float>(high))) << 32;
}

std::int64_t low_int(std::uint64_t word) noexcept {
    return static_cast<std::int64_t>(word & 0xffffffffu);
}
std::int64_t high_int(std::uint64_t word) noexcept {
    return static_cast<std::int64_t>(word >> 32);
}
double low_float(std::uint64_t word) noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(word));
}
double high_float(std::uint64_t word) noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(word >> 32));
}

}  // namespace

// Word 1: op 0-15, variant 16-31, dtype 32-35, strategy 36-37, depth 38-39 (at most 3 shown), info 40-63
// (saturated).
Record pack(const lai_event &event) noexcept {
    const std::uint64_t info =
        static_cast<std::uint64_t>(std::clamp<std::int64_t>(event.info, -0x7fffff, 0x7fffff) & 0xffffff);
    return {event.end_ns,
            static_cast<std::uint64_t>(event.op & 0xffffu) |
                static_cast<std::uint64_t>(event.variant & 0xffffu) << 16 |
                static_cast<std::uint64_t>(event.dtype & 0xfu) << 32 |
                static_cast<std::uint64_t>(event.strategy & 0x3u) << 36 |
                static_cast<std::uint64_t>(std::min(event.depth, 3u)) << 38 | info << 40,
            pair(event.dims[0], event.dims[1]),
            pair(event.dims[2], event.dims[3]),
            floats(event.predicted_seconds, event.actual_seconds),
            floats(event.transfer_seconds, event.flops),
            floats(static_cast<double>(event.bytes_to_device), static_cast<double>(event.bytes_from_device)),
            clip32(event.batch) | static_cast<std::uint64_t>(std::bit_cast<std::uint32_t>(
                                      static_cast<float>(event.device_peak_bytes)))
                                      << 32};
}

lai_event unpack(const Record &record) noexcept {
    lai_event event{};
    event.size = sizeof event;
    event.end_ns = record[0];
    event.op = static_cast<std::uint32_t>(record[1] & 0xffffu);
    event.variant = static_cast<std::uint32_t>(record[1] >> 16 & 0xffffu);
    event.dtype = static_cast<lai_dtype>(record[1] >> 32 & 0xfu);
    event.strategy = static_cast<std::uint32_t>(record[1] >> 36 & 0x3u);
    event.depth = static_cast<std::uint32_t>(record[1] >> 38 & 0x3u);
    event.info = static_cast<std::int64_t>(record[1]) >> 40;
    event.dims[0] = low_int(record[2]);
    event.dims[1] = high_int(record[2]);
    event.dims[2] = low_int(record[3]);
    event.dims[3] = high_int(record[3]);
    event.predicted_seconds = low_float(record[4]);
    event.actual_seconds = high_float(record[4]);
    event.transfer_seconds = low_float(record[5]);
    event.flops = high_float(record[5]);
    event.bytes_to_device = static_cast<std::uint64_t>(low_float(record[6]));
    event.bytes_from_device = static_cast<std::uint64_t>(high_float(record[6]));
    event.batch = low_int(record[7]);
    event.device_peak_bytes = static_cast<std::uint64_t>(high_float(record[7]));
    return event;
}

}  // namespace lapack_ai::core
