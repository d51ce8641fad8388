#include "tune.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "failure.hpp"
#include "gemm.hpp"
#include "gemm_tuning.hpp"
#include "lapack_ai/opencl_runtime/opencl_runtime.h"

namespace lapack_ai::opencl {
namespace {

constexpr double worth_changing = 0.98;  // of the default's time
constexpr int repeats = 5;

double now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

std::uint64_t deadline() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(
        duration_cast<nanoseconds>(steady_clock::now().time_since_epoch() + seconds(20)).count());
}

// What a tunable is measured and checked on.
struct Problem {
    lai_dtype dtype;
    std::int64_t size, count;
};

Problem problem_of(Tunable what) {
    switch (what) {
        case Tunable::tiled_4:
            return {LAI_DTYPE_F32, 4096, 1};
        case Tunable::tiled_8:
            return {LAI_DTYPE_F64, 4096, 1};
        case Tunable::tiled_16:
            return {LAI_DTYPE_C64, 2048, 1};
        case Tunable::tensor_batched:
            return {LAI_DTYPE_F64, 64, 1000};
        default:
            return {LAI_DTYPE_F16, 8192, 1};
    }
}

// Small integers, exact in every type and in every order of summation: 0, 1 and 2.
int entry_of(std::int64_t i) {
    return static_cast<int>((i * 7 + i / 13) % 3);
}

std::vector<char> integers(lai_dtype dtype, std::uint32_t bytes, std::int64_t count) {
    std::vector<char> data(static_cast<std::size_t>(count) * bytes, 0);
    constexpr std::uint16_t halves[] = {0, 0x3c00, 0x4000};
    for (std::int64_t i = 0; i < count; ++i) {
        char *at = data.data() + static_cast<std::size_t>(i) * bytes;
        const int value = entry_of(i);
        const auto wide = static_cast<double>(value);
        const auto narrow = static_cast<float>(value);
        if (dtype == LAI_DTYPE_F16)
            std::memcpy(at, &halves[value], 2);
        else if (dtype == LAI_DTYPE_F32)
            std::memcpy(at, &narrow, 4);
        else
            std::memcpy(at, &wide, 8);  // the real part of a complex number
    }
    return data;
}

lai_ocl_gemm_call call_of(const Problem &p) {
    lai_ocl_gemm_call g{};
    g.size = sizeof g;
    g.dtype = p.dtype;
    g.trans_a = g.trans_b = 'N';
    g.m = g.n = g.k = g.lda = g.ldb = g.ldc = p.size;
    g.count = p.count;
    g.stride_a = g.stride_b = g.stride_c = p.size * p.size;
    g.alpha.re = 1;
    return g;
}

// Calls the kernel under test whatever the device would choose by itself.
void multiply(lai_ocl_operation &op, Tunable what, const lai_ocl_gemm_call &g) {
    if (what == Tunable::half || what == Tunable::tensor_batched) return gemm(op, g);
    tiled(op, g, element_of(g.dtype), g.k);
}

// A product of integers around the largest tile, bit by bit.
bool exact(const std::shared_ptr<Device> &device, Tunable what) {
    Problem p = problem_of(what);
    p.count = std::min<std::int64_t>(p.count, 3);
    // As large as it takes for large tiles to be chosen, with an odd edge; k stays small.
    const std::int64_t m = p.count > 1 ? 61 : 2051, n = p.count > 1 ? 64 : 2043, k = 24;
    const Element element = element_of(p.dtype);
    const auto A = integers(p.dtype, element.bytes, m * k * p.count),
               B = integers(p.dtype, element.bytes, k * n * p.count);
    std::vector<char> C(static_cast<std::size_t>(m * n * p.count) * element.result_bytes);
    lai_ocl_operation op(device, deadline());
    const auto put = [&](const std::vector<char> &data) {
        void *to = op.temporary(data.size());
        op.upload(to, data.size(), data.data(), data.size(), data.size(), 1, false);
        return to;
    };
    lai_ocl_gemm_call g = call_of(p);
    g.m = m, g.n = n, g.k = k, g.lda = m, g.ldb = k, g.ldc = m;
    g.stride_a = m * k, g.stride_b = k * n, g.stride_c = m * n;
    g.a = put(A), g.b = put(B), g.c = op.temporary(C.size());
    multiply(op, what, g);
    op.download(C.data(), C.size(), g.c, C.size(), C.size(), 1, false);
    std::vector<std::int64_t> row(static_cast<std::size_t>(m));
    for (std::int64_t j = 0; j < n * p.count; ++j) {
        const std::int64_t base = j / n * m * k;
        std::fill(row.begin(), row.end(), 0);
        for (std::int64_t l = 0; l < k; ++l)
            for (std::int64_t i = 0; i < m; ++i)
                row[static_cast<std::size_t>(i)] += entry_of(base + i + l * m) * entry_of(l + j * k);
        for (std::int64_t i = 0; i < m; ++i) {
            const char *at = C.data() + static_cast<std::size_t>(i + j * m) * element.result_bytes;
            double got = 0;
            float narrow = 0;
            if (element.wide) {
                std::memcpy(&got, at, 8);
            } else {
                std::memcpy(&narrow, at, 4);
                got = narrow;
            }
            if (got != static_cast<double>(row[static_cast<std::size_t>(i)])) return false;
        }
    }
    return true;
}

// Median seconds of one product on the device's own clock.
double seconds(const std::shared_ptr<Device> &device, Tunable what) {
    const Problem p = problem_of(what);
    const Element element = element_of(p.dtype);
    const auto bytes = static_cast<std::uint64_t>(p.size * p.size * p.count);
    lai_ocl_operation op(device, deadline());
    lai_ocl_gemm_call g = call_of(p);
    // Random-looking data: products of zeros run faster than they should.
    const auto data = integers(p.dtype, element.bytes, 1 << 20);
    const auto fill = [&](std::uint64_t wanted) {
        char *to = static_cast<char *>(op.temporary(wanted));
        for (std::uint64_t at = 0; at < wanted; at += data.size()) {
            const std::uint64_t part = std::min<std::uint64_t>(data.size(), wanted - at);
            op.upload(to + at, part, data.data(), part, part, 1, false);
        }
        return to;
    };
    g.a = fill(bytes * element.bytes), g.b = fill(bytes * element.bytes);
    g.c = op.temporary(bytes * element.result_bytes);
    multiply(op, what, g);
    op.wait();
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        const double before = op.compute_seconds();
        multiply(op, what, g);
        op.wait();
        times.push_back(op.compute_seconds() - before);
    }
    std::nth_element(times.begin(), times.begin() + repeats / 2, times.end());
    return times[repeats / 2];
}

bool applies(Device &device, Tunable what) {
    const std::uint32_t features = device.features();
    switch (what) {
        case Tunable::tiled_8:
        case Tunable::tiled_16:
            return (features & LAI_OCL_FEATURE_FP64) != 0;
        case Tunable::tensor_batched:
            return (features & LAI_OCL_FEATURE_FP64_MATRIX) != 0;
        case Tunable::half:
            return (features & LAI_OCL_FEATURE_FP16_MATRIX) != 0;
        default:
            return true;
    }
}

}  // namespace

std::string tune(const std::shared_ptr<Device> &device, const std::string &file, double budget_seconds,
                 const std::function<bool(double, const std::string &)> &progress) {
    if (device->facts().type == LAI_OCL_DEVICE_CPU) return "a processor: nothing to tune\n";
    const double end = now() + budget_seconds;
    const auto all = static_cast<std::uint32_t>(Tunable::count);
    std::string report;
    for (std::uint32_t i = 0; i < all; ++i) {
        const auto what = static_cast<Tunable>(i);
        if (!applies(*device, what)) continue;
        const int before = device->tuning.get(what);
        int best = -1;
        double least = 0;
        for (const int entry : candidates(what)) {
            const bool go_on = !progress || progress(double(i) / all, describe(what, entry));
            if (now() > end || !go_on) {
                device->tuning.set(what, best >= 0 ? best : before);
                if (!file.empty()) device->tuning.store(file, device->facts());
                return report + "ended early\n";
            }
            device->tuning.set(what, entry);
            char line[160];
            try {
                if (!exact(device, what)) throw Failure(LAI_FAULT_CLEAN, "wrong product: not used");
                const double time = seconds(device, what);
                if (best < 0 || time < least * worth_changing) best = entry, least = time;
                std::snprintf(line, sizeof line, "%-42s %10.1f us\n", describe(what, entry).c_str(),
                              time * 1e6);
            } catch (const Failure &failure) {
                if (failure.status() == LAI_DEVICE_LOST) throw;
                std::snprintf(line, sizeof line, "%-42s %.90s\n", describe(what, entry).c_str(),
                              failure.what());
            }
            report += line;
        }
        device->tuning.set(what, best >= 0 ? best : before);
        report += "chosen " + describe(what, device->tuning.get(what)) + '\n';
    }
    if (!file.empty()) device->tuning.store(file, device->facts());
    return report;
}

}  // namespace lapack_ai::opencl
