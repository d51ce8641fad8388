// The shapes that the dispatcher is judged on: drawn log-uniformly in aspect and work, a quarter of them in a
// band around the crossovers between backends, none of them one that calibration measures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/calibration.hpp"

namespace lapack_ai::bench {

struct ShapeRange {
    double low = 1, high = 768;  // of every dimension
};

// Square shapes of an op from low to high in steps of 2^(1/4): where the crossovers are looked for.
std::vector<core::CalibrationCase> square_ladder(const std::string &op, lai_dtype dtype, ShapeRange range);

// `count` shapes: every fourth one within a factor of 2 in flops of one of `crossovers` (flops), as far as
// the range allows. The same seed gives the same shapes.
std::vector<core::CalibrationCase> held_out_shapes(const std::string &op, lai_dtype dtype, ShapeRange range,
                                                   const std::vector<double> &crossovers, int count,
                                                   std::uint32_t seed);

// Work of a shape by the op's schema; complex counted as real operations.
double flops_of(const core::CalibrationCase &shape);

// Whether `flops` is within a factor of 2 of one of the crossovers.
bool near_crossover(double flops, const std::vector<double> &crossovers);

// "gemm 12x300x7"
std::string shape_text(const core::CalibrationCase &shape);

}  // namespace lapack_ai::bench
