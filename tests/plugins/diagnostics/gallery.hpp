// Matrices that numerical software stumbles over: ill-conditioned, graded, badly scaled, rank deficient,
// indefinite, huge and tiny. Sources: Higham, Accuracy and Stability of Numerical Algorithms, chapter 28.
#pragma once

#include <functional>
#include <limits>
#include <string>

#include "lapack.hpp"

namespace lapack_ai::diagnostics::test {

struct Specimen {
    std::string name;
    int n;
    Matrix A;
};

using Entry = std::function<double(int, int)>;  // row, column, from 0

inline Specimen make(const std::string &name, int n, const Entry &entry) {
    Specimen s{name + " " + std::to_string(n), n, Matrix(static_cast<std::size_t>(n) * n)};
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i) s.A[j * n + i] = entry(i, j);
    return s;
}

inline double binomial(int n, int k) {
    double value = 1;
    for (int i = 1; i <= k; ++i) value = value * (n - k + i) / i;
    return std::round(value);
}

inline void add_ill_conditioned(std::vector<Specimen> &all) {
    for (const int n : {3, 5, 8, 12, 15}) all.push_back({"Hilbert " + std::to_string(n), n, hilbert(n)});
    for (const int n : {20, 32, 100}) all.push_back({"Kahan " + std::to_string(n), n, kahan(n, 1.2)});
    for (const int n : {20, 40, 60})
        all.push_back({"Wilkinson growth " + std::to_string(n), n, wilkinson_growth(n)});
    for (const int n : {8, 16})
        all.push_back(make("Frank", n, [n](int i, int j) { return j < i - 1 ? 0 : n - std::max(i, j); }));
    for (const int n : {6, 10, 15, 30})
        all.push_back(make("Pascal", n, [](int i, int j) { return binomial(i + j, i); }));
    for (const int n : {5, 10, 20})
        all.push_back(make("Vandermonde", n, [n](int i, int j) { return std::pow((i + 1.0) / n, j); }));
    for (const int n : {8, 12})
        all.push_back(make("Lotkin", n, [](int i, int j) { return i == 0 ? 1 : 1.0 / (i + j + 1); }));
    for (const int n : {20, 60})
        all.push_back(make("unit triangle of -1", n, [](int i, int j) {
            return i == j ? 1 : i < j ? -1 : 0;
        }));
    all.push_back(make("Cauchy", 10, [](int i, int j) { return 1.0 / (i + j + 2.5); }));
    all.push_back(make("prolate", 20, [](int i, int j) {
        return i == j ? 0.5 : std::sin(0.5 * M_PI * (i - j)) / (M_PI * (i - j));
    }));
    all.push_back(make("companion", 10, [](int i, int j) {  // of (x - 1) ... (x - 10)
        if (i > 0) return i == j + 1 ? 1.0 : 0.0;
        static const double c[] = {55,       -1320,   18150,     -157773,  902055,
                                   -3416930, 8409500, -12753576, 10628640, -3628800};
        return c[j];
    }));
}

inline void add_harmless(std::vector<Specimen> &all) {
    all.push_back(make("identity", 7, [](int i, int j) { return i == j; }));
    all.push_back(make("reversal", 9, [](int i, int j) { return i + j == 8; }));
    all.push_back(make("Hadamard", 16, [](int i, int j) { return __builtin_parity(i & j) ? -1 : 1; }));
    all.push_back(make("second difference", 50, [](int i, int j) {
        return i == j ? 2 : std::abs(i - j) == 1 ? -1 : 0;
    }));
    all.push_back(make("min(i,j)", 10, [](int i, int j) { return std::min(i, j) + 1; }));
    all.push_back(
        make("Lehmer", 10, [](int i, int j) { return (std::min(i, j) + 1.0) / (std::max(i, j) + 1); }));
    all.push_back(make("Wilkinson W+", 21,
                       [](int i, int j) { return i == j ? std::abs(i - 10) : std::abs(i - j) == 1; }));
    all.push_back(make("circulant", 9, [](int i, int j) { return 1.0 / (1 + (i - j + 9) % 9); }));
    all.push_back(make("Moler", 10, [](int i, int j) { return i == j ? i + 1 : std::min(i, j) - 1; }));
    all.push_back(make("Parter", 12, [](int i, int j) { return 1.0 / (i - j + 0.5); }));
}

inline void add_scaled(std::vector<Specimen> &all) {
    const auto spread = [](int i, int j) { return (i == j ? 4 : 0) + std::sin(7.0 * i + 3.0 * j + 1); };
    all.push_back(make("diagscale", 8, [](int i, int j) { return i == j ? std::pow(10.0, -3 * i) : 0; }));
    all.push_back(
        make("scaled rows", 10, [=](int i, int j) { return spread(i, j) * std::pow(10.0, -4 * i); }));
    all.push_back(
        make("scaled columns", 10, [=](int i, int j) { return spread(i, j) * std::pow(10.0, -4 * j); }));
    all.push_back(
        make("graded", 10, [=](int i, int j) { return spread(i, j) * std::pow(10.0, -2 * (i + j)); }));
    all.push_back(
        make("graded upwards", 10, [=](int i, int j) { return spread(i, j) * std::pow(10.0, 2 * (i + j)); }));
    all.push_back(make("huge", 6, [=](int i, int j) { return spread(i, j) * 1e300; }));
    all.push_back(make("tiny", 6, [=](int i, int j) { return spread(i, j) * 1e-300; }));
    all.push_back(make("subnormal", 4, [=](int i, int j) { return spread(i, j) * 1e-310; }));
    all.push_back(
        make("powers of two", 9, [=](int i, int j) { return std::ldexp(spread(i, j), 40 * (i % 3) - 40); }));
    all.push_back(make("diagonal 1e-300 to 1e300", 3,
                       [](int i, int j) { return i == j ? std::pow(10.0, 300 * (i - 1)) : 0; }));
}

inline void add_singular(std::vector<Specimen> &all) {
    const auto random = [](int i, int j) {
        return std::sin(12.9898 * i + 78.233 * j + 0.5) * std::cos(3.0 * i * j);
    };
    all.push_back(make("zero", 4, [](int, int) { return 0; }));
    all.push_back(make("ones", 5, [](int, int) { return 1; }));
    all.push_back(make("rank one", 6, [](int i, int j) { return (i + 1.0) * (j - 2.5); }));
    all.push_back(make("zero row", 7, [=](int i, int j) { return i == 3 ? 0 : random(i, j); }));
    all.push_back(make("zero column", 7, [=](int i, int j) { return j == 5 ? 0 : random(i, j); }));
    all.push_back(make("twin columns", 9, [=](int i, int j) { return random(i, j == 6 ? 2 : j); }));
    all.push_back(make("twin rows", 9, [=](int i, int j) { return random(i == 6 ? 2 : i, j); }));
    all.push_back(make("sum of columns", 8,
                       [=](int i, int j) { return j == 7 ? random(i, 0) + random(i, 4) : random(i, j); }));
    all.push_back(make("magic", 4, [](int i, int j) {
        static const double m[4][4] = {{16, 2, 3, 13}, {5, 11, 10, 8}, {9, 7, 6, 12}, {4, 14, 15, 1}};
        return m[i][j];
    }));
    all.push_back(make("1 to 9", 3, [](int i, int j) { return 3 * i + j + 1; }));
    all.push_back(make("Gram of 3", 7, [=](int i, int j) {
        double sum = 0;
        for (int k = 0; k < 3; ++k) sum += random(i, k) * random(j, k);
        return sum;
    }));
    all.push_back(make("Clement", 9, [](int i, int j) {
        return std::abs(i - j) == 1 ? std::sqrt((std::min(i, j) + 1.0) * (8 - std::min(i, j))) : 0;
    }));
    all.push_back(make("Laplacian of a ring", 8, [](int i, int j) {
        return i == j ? 2 : (i - j + 8) % 8 == 1 || (j - i + 8) % 8 == 1 ? -1 : 0;
    }));
}

inline void add_indefinite(std::vector<Specimen> &all) {
    all.push_back(make("saddle point", 6, [](int i, int j) {
        return i < 4 && j < 4 ? (i == j) * 2 : i >= 4 && j >= 4 ? 0 : 1.0 / (i + j);
    }));
    all.push_back(make("one negative diagonal entry", 5,
                       [](int i, int j) { return i == j ? (i == 3 ? -1e-3 : 4) : 0.1; }));
    all.push_back(make("barely indefinite", 6, [](int i, int j) { return i == j ? 1 - 1e-10 : 1; }));
    all.push_back(make("barely definite", 6, [](int i, int j) { return i == j ? 1 + 1e-10 : 1; }));
    all.push_back(make("minus identity", 4, [](int i, int j) { return i == j ? -1 : 0; }));
}

inline std::vector<Specimen> gallery() {
    std::vector<Specimen> all;
    add_ill_conditioned(all);
    add_harmless(all);
    add_scaled(all);
    add_singular(all);
    add_indefinite(all);
    return all;
}

}  // namespace lapack_ai::diagnostics::test
