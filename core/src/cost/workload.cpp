#include <algorithm>
#include <cmath>

#include "cost/cost_model.hpp"

namespace lapack_ai::core {

namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) noexcept {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

float log2_at_least_zero(double x) noexcept {
    return x > 1 ? std::log2(static_cast<float>(x)) : 0.0f;
}

}  // namespace

void Workload::locate(const std::int64_t *dims, std::uint32_t count) noexcept {
    double smallest = 0, largest = 0;
    std::uint64_t shape = static_cast<std::uint64_t>(batch);
    for (std::uint32_t i = 0; i < count; ++i) {
        shape = mix(shape, static_cast<std::uint64_t>(dims[i]));
        const double dim = static_cast<double>(dims[i]);
        if (dim <= 0) continue;
        smallest = smallest == 0 ? dim : std::min(smallest, dim);
        largest = std::max(largest, dim);
    }
    place = {};
    if (batch == 1 && count <= place.size()) {
        for (std::uint32_t i = 0; i < count; ++i) place[i] = log2_at_least_zero(static_cast<double>(dims[i]));
    } else {
        // An octave of a dimension is three of the work.
        place = {log2_at_least_zero(flops) / 3, log2_at_least_zero(smallest),
                 smallest > 0 ? log2_at_least_zero(largest / smallest) : 0.0f};
    }
    const auto bin = [](double x) { return x > 1 ? static_cast<std::uint64_t>(std::ilogb(x)) / 2 : 0; };
    const std::uint64_t kind = mix(mix(0xcbf29ce484222325u, std::uint64_t{op} << 32 | dtype),
                                   static_cast<std::uint32_t>(threads) | std::uint64_t{resident} << 32);
    jobs_key = mix(kind, jobs);
    flags_key = mix(kind, ~flags);
    octave_key = mix(mix(flags_key, bin(flops) + 1), bin(smallest));
    shape_key = mix(flags_key, shape);
}

}  // namespace lapack_ai::core
