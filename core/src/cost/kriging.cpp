#include "cost/kriging.hpp"

#include <algorithm>
#include <cmath>

namespace lapack_ai::core {

namespace {

using Point = Kriging::Point;

// Candidate lengths of the kernel, in octaves.
constexpr std::array<double, 3> lengths = {1.5, 3, 6};
// What no smooth function of the size explains: remainders of blocks, alignment, page placement.
constexpr double roughness = 0.04;

double squared_distance(const std::array<double, 3> &a, const std::array<double, 3> &b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

double matern(double distance, double length) {
    const double d = std::sqrt(3.0) * distance / length;
    return (1 + d) * std::exp(-d);
}

struct Fit {
    std::vector<double> weights, left_out;
    double loss = 0;  // sum of squares of what was left out
};

// Solves K w = values and leaves each point out in turn: its error is w_i / (K^-1)_ii (Dubrule 1983).
Fit fit(const std::vector<Point> &points, double mean, double variance, double length) {
    const std::size_t n = points.size();
    std::vector<double> L(n * n);  // row by row; becomes the Cholesky factor, then its inverse
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j)
            L[i * n + j] = variance * matern(std::sqrt(squared_distance(points[i].x, points[j].x)), length) +
                           (i == j ? points[i].noise * points[i].noise + roughness * roughness : 0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = L[i * n + j];
            for (std::size_t k = 0; k < j; ++k) sum -= L[i * n + k] * L[j * n + k];
            L[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / L[j * n + j];
        }
    for (std::size_t j = 0; j < n; ++j) {  // column by column, from the bottom of what is still L
        L[j * n + j] = 1 / L[j * n + j];
        for (std::size_t i = j + 1; i < n; ++i) {
            double sum = 0;
            for (std::size_t k = j; k < i; ++k) sum -= L[i * n + k] * L[k * n + j];
            L[i * n + j] = sum / L[i * n + i];
        }
    }
    Fit result;
    result.weights.resize(n);
    std::vector<double> half(n), diagonal(n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) half[i] += L[i * n + j] * (points[j].value - mean);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            result.weights[j] += L[i * n + j] * half[i];
            diagonal[j] += L[i * n + j] * L[i * n + j];
        }
    for (std::size_t i = 0; i < n; ++i) {
        result.left_out.push_back(result.weights[i] / diagonal[i]);
        result.loss += result.left_out.back() * result.left_out.back();
    }
    for (double &weight : result.weights) weight *= variance;
    return result;
}

}  // namespace

Kriging::Kriging(std::vector<Point> points) : points_(std::move(points)) {
    if (points_.empty()) return;
    for (const Point &p : points_) mean_ += p.value / static_cast<double>(points_.size());
    double variance = 0.01;
    for (const Point &p : points_)
        variance += (p.value - mean_) * (p.value - mean_) / static_cast<double>(points_.size());
    double least = HUGE_VAL;
    for (const double length : lengths) {
        Fit one = fit(points_, mean_, variance, length);
        if (!(one.loss < least)) continue;
        least = one.loss;
        length_ = length;
        weights_ = std::move(one.weights);
        left_out_ = std::move(one.left_out);
    }
}

Kriging::Estimate Kriging::at(const std::array<double, 3> &x) const {
    Estimate e{mean_, 0, HUGE_VAL};
    double nearest = HUGE_VAL, total = 0, square = 0;
    for (const Point &p : points_) nearest = std::min(nearest, squared_distance(p.x, x));
    for (std::size_t i = 0; i < weights_.size(); ++i) {
        const double d = squared_distance(points_[i].x, x);
        e.value += weights_[i] * matern(std::sqrt(d), length_);
        // Of the neighbours, relative to the nearest one, so that the weights never all vanish.
        const double w = std::exp(nearest - d);
        total += w;
        square += w * left_out_[i] * left_out_[i];
    }
    e.error = total > 0 ? std::sqrt(square / total) : 0;
    e.distance = std::sqrt(nearest);
    return e;
}

}  // namespace lapack_ai::core
