#include "metrics/record.hpp"

#include <bit>

namespace lapack_ai::core {
namespace {

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
