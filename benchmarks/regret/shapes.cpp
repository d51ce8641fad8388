#include "shapes.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <stdexcept>

#include "dispatch/op_table.hpp"
#include "dispatch/workload.hpp"

namespace lapack_ai::bench {
namespace {

using core::CalibrationCase;
using core::Op;

constexpr double band = 2;  // factor in flops

const Op &op_named(const std::string &name) {
    const Op *op = core::OpTable::instance().find(name);
    if (op == nullptr) throw std::runtime_error("unknown op '" + name + "'");
    return *op;
}

const char *dim_name(const Op &op, std::uint32_t i) {
    return core::entry(op.schema->dims, op.schema->dim_stride, i).name;
}

// What LAPACK demands of the dims among each other: orgqr's m >= n >= k.
void put_in_order(const Op &op, std::vector<std::int64_t> &dims) {
    if (op.short_name == "orgqr") std::sort(dims.rbegin(), dims.rend());
}

// The letters of the decomposition that people ask for; other flags keep their initial letter.
std::string flags_of(const Op &op) {
    if (op.short_name == "gesvd") return "SS";
    if (op.short_name == "syev") return "VL";
    return op.short_name == "geev" ? "NV" : "";
}

bool calibrated(const CalibrationCase &shape) {
    for (const CalibrationCase &known : core::calibration_cases(shape.op, shape.dtype))
        if (known.dims == shape.dims) return true;
    return false;
}

class Draw {
  public:
    Draw(const Op &op, lai_dtype dtype, ShapeRange range, std::uint32_t seed)
        : op_(op), dtype_(dtype), range_(range), random_(seed) {}

    CalibrationCase shape() {
        CalibrationCase one{op_.short_name, dtype_, {}, flags_of(op_), 1};
        for (std::uint32_t i = 0; i < op_.schema->dim_count; ++i) {
            const bool rhs = std::strcmp(dim_name(op_, i), "nrhs") == 0;
            one.dims.push_back(std::llround(log_uniform(rhs ? 1 : range_.low, rhs ? 64 : range_.high)));
        }
        if (op_.short_name == "gemm_batch") one.batch = std::llround(log_uniform(4, 1024));
        put_in_order(op_, one.dims);
        return one;
    }
    // The same, with the work log-uniform too, from that of the smallest shape to that of the largest: dims
    // drawn alone would seldom give either.
    CalibrationCase shape_of_any_work() {
        CalibrationCase one = shape(), smallest = one, largest = one;
        for (std::size_t i = 0; i < one.dims.size(); ++i) {
            if (std::strcmp(dim_name(op_, static_cast<std::uint32_t>(i)), "nrhs") == 0) continue;
            smallest.dims[i] = std::llround(range_.low);
            largest.dims[i] = std::llround(range_.high);
        }
        stretch(one, log_uniform(std::max(flops_of(smallest), 1.0), flops_of(largest)));
        return one;
    }
    // The same with all dims stretched so that the work is within the band around `flops`; false when the
    // range does not allow it.
    bool stretch(CalibrationCase &one, double flops) {
        const double wanted = flops * log_uniform(1 / band, band);
        for (int i = 0; i < 4; ++i) {  // dims are whole numbers and the schema's flops no pure power
            const double factor = std::cbrt(wanted / std::max(flops_of(one), 1.0));
            for (std::int64_t &dim : one.dims)
                dim = std::llround(std::clamp(static_cast<double>(dim) * factor, range_.low, range_.high));
        }
        return near_crossover(flops_of(one), {flops});
    }
    template <typename T>
    const T &any(const std::vector<T> &list) {
        return list[std::uniform_int_distribution<std::size_t>(0, list.size() - 1)(random_)];
    }

  private:
    double log_uniform(double low, double high) {
        return std::exp(std::uniform_real_distribution<double>(std::log(low), std::log(high))(random_));
    }

    const Op &op_;
    lai_dtype dtype_;
    ShapeRange range_;
    std::mt19937 random_;
};

}  // namespace

std::vector<CalibrationCase> square_ladder(const std::string &name, lai_dtype dtype, ShapeRange range) {
    const Op &op = op_named(name);
    std::vector<CalibrationCase> ladder;
    for (double n = range.low; n <= range.high * 1.01; n *= std::pow(2.0, 0.25)) {
        CalibrationCase one{op.short_name, dtype, {}, flags_of(op), op.short_name == "gemm_batch" ? 64 : 1};
        for (std::uint32_t i = 0; i < op.schema->dim_count; ++i)
            one.dims.push_back(std::strcmp(dim_name(op, i), "nrhs") == 0 ? 8 : std::llround(n));
        if (ladder.empty() || one.dims != ladder.back().dims) ladder.push_back(std::move(one));
    }
    return ladder;
}

std::vector<CalibrationCase> held_out_shapes(const std::string &name, lai_dtype dtype, ShapeRange range,
                                             const std::vector<double> &crossovers, int count,
                                             std::uint32_t seed) {
    Draw draw(op_named(name), dtype, range, seed);
    std::vector<CalibrationCase> shapes;
    for (int tries = 0; static_cast<int>(shapes.size()) < count && tries < 100 * count; ++tries) {
        CalibrationCase one = draw.shape_of_any_work();
        if (shapes.size() % 4 == 3 && !crossovers.empty() && !draw.stretch(one, draw.any(crossovers)))
            continue;
        if (!calibrated(one)) shapes.push_back(std::move(one));
    }
    return shapes;
}

double flops_of(const CalibrationCase &shape) {
    const Op &op = op_named(shape.op);
    lai_call call{};
    std::vector<std::uint8_t> flags;
    for (std::uint32_t i = 0; i < op.schema->flag_count; ++i)
        flags.push_back(i < shape.flags.size()
                            ? static_cast<std::uint8_t>(shape.flags[i])
                            : static_cast<std::uint8_t>(
                                  core::entry(op.schema->flags, op.schema->flag_stride, i).initial));
    const std::vector<lai_scalar> scalars(op.schema->scalar_count, lai_scalar{1, 0});
    call.size = sizeof call;
    call.op = op.number;
    call.dtype = shape.dtype;
    call.dims = shape.dims.data();
    call.dim_count = op.schema->dim_count;
    call.flags = flags.data();
    call.flag_count = op.schema->flag_count;
    call.scalars = scalars.data();
    call.scalar_count = op.schema->scalar_count;
    call.batch = shape.batch;
    return core::workload_of(op, call).flops;
}

bool near_crossover(double flops, const std::vector<double> &crossovers) {
    return std::any_of(crossovers.begin(), crossovers.end(),
                       [flops](double at) { return flops <= band * at && flops >= at / band; });
}

std::string shape_text(const CalibrationCase &shape) {
    std::string text = shape.op + " ";
    for (std::size_t i = 0; i < shape.dims.size(); ++i)
        text += (i > 0 ? "x" : "") + std::to_string(shape.dims[i]);
    return shape.batch == 1 ? text : text + " x " + std::to_string(shape.batch);
}

}  // namespace lapack_ai::bench
