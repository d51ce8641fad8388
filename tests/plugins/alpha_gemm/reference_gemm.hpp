// What the tests of the engine stand on: matrices with padded leading dimensions, a conventional product in
// the same precision as the engine's Services, and one in long double to judge results by.

#pragma once

#include <atomic>
#include <complex>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "multiply.hpp"

namespace lapack_ai::alpha_gemm::testing {

template <typename E>
struct Element {
    using Real = E;
    using Exact = long double;
    static constexpr int parts = 1;
    static E make(double re, double) { return static_cast<E>(re); }
};
template <typename R>
struct Element<std::complex<R>> {
    using Real = R;
    using Exact = std::complex<long double>;
    static constexpr int parts = 2;
    static std::complex<R> make(double re, double im) { return {static_cast<R>(re), static_cast<R>(im)}; }
};

/// Column-major with ld > rows; the padding holds NaN, so that reading it shows.
template <typename E>
struct Matrix {
    std::int64_t rows, cols, ld;
    std::vector<E> data;

    Matrix(std::int64_t r, std::int64_t c, std::int64_t padding = 3)
        : rows(r),
          cols(c),
          ld(r + padding),
          data(static_cast<std::size_t>(ld * c), Element<E>::make(std::nan(""), std::nan(""))) {}
    E &operator()(std::int64_t i, std::int64_t j) { return data[static_cast<std::size_t>(i + j * ld)]; }
    const E &operator()(std::int64_t i, std::int64_t j) const {
        return data[static_cast<std::size_t>(i + j * ld)];
    }

    Matrix &fill(unsigned seed, double low = -1, double high = 1) {
        std::mt19937 generator(seed);
        std::uniform_real_distribution<double> uniform(low, high);
        for (std::int64_t j = 0; j < cols; ++j) {
            for (std::int64_t i = 0; i < rows; ++i) {
                const double re = uniform(generator);
                (*this)(i, j) = Element<E>::make(re, uniform(generator));
            }
        }
        return *this;
    }
    /// max |x|, moduli for complex elements.
    double largest() const {
        double best = 0;
        for (std::int64_t j = 0; j < cols; ++j) {
            for (std::int64_t i = 0; i < rows; ++i) {
                best = std::max(best, static_cast<double>(std::abs((*this)(i, j))));
            }
        }
        return best;
    }
};

/// op(x)(i, j) by trans letter.
template <typename E>
E at(const E *x, std::int64_t ld, char trans, std::int64_t i, std::int64_t j) {
    if (trans == 'N') return x[i + j * ld];
    const E value = x[j + i * ld];
    if constexpr (Element<E>::parts == 2) return trans == 'C' ? std::conj(value) : value;
    return value;
}

/// alpha op(A) op(B) + beta C, accumulated in `Exact`.
template <typename Exact, typename E>
std::vector<Exact> product(const Gemm &g) {
    const auto *A = static_cast<const E *>(g.A);
    const auto *B = static_cast<const E *>(g.B);
    const auto *C = static_cast<const E *>(g.C);
    const auto exact = [](std::complex<double> z) {
        if constexpr (Element<E>::parts == 2) {
            return Exact(static_cast<typename Exact::value_type>(z.real()),
                         static_cast<typename Exact::value_type>(z.imag()));
        } else {
            return static_cast<Exact>(z.real());
        }
    };
    std::vector<Exact> a(static_cast<std::size_t>(g.m * g.k)), b(static_cast<std::size_t>(g.k * g.n));
    for (std::int64_t i = 0; i < g.m; ++i) {
        for (std::int64_t p = 0; p < g.k; ++p)
            a[static_cast<std::size_t>(i * g.k + p)] = at(A, g.lda, g.trans_a, i, p);
    }
    for (std::int64_t j = 0; j < g.n; ++j) {
        for (std::int64_t p = 0; p < g.k; ++p)
            b[static_cast<std::size_t>(j * g.k + p)] = at(B, g.ldb, g.trans_b, p, j);
    }
    std::vector<Exact> result(static_cast<std::size_t>(g.m * g.n));
    for (std::int64_t j = 0; j < g.n; ++j) {
        for (std::int64_t i = 0; i < g.m; ++i) {
            Exact sum = 0;
            const Exact *x = a.data() + i * g.k, *y = b.data() + j * g.k;
            for (std::int64_t p = 0; p < g.k; ++p) sum += x[p] * y[p];
            Exact value = exact(g.alpha) * sum;
            if (g.beta != 0.0) value += exact(g.beta) * Exact(C[i + j * g.ldc]);
            result[static_cast<std::size_t>(i + j * g.m)] = value;
        }
    }
    return result;
}

/// Conventional products in the working precision, and threads for the parallel loops.
template <typename E>
class PlainServices : public Services {
  public:
    explicit PlainServices(int threads) : threads_(threads) {}

    bool multiply(const Gemm &g, bool one_thread) override {
        ++(one_thread ? inner_products : other_products);
        if (refuse_after >= 0 && inner_products + other_products > refuse_after) return false;
        const auto result = product<E, E>(g);
        auto *C = static_cast<E *>(g.C);
        for (std::int64_t j = 0; j < g.n; ++j) {
            for (std::int64_t i = 0; i < g.m; ++i)
                C[i + j * g.ldc] = result[static_cast<std::size_t>(i + j * g.m)];
        }
        return true;
    }

    void parallel_for(std::int64_t count, void (*task)(void *, std::int64_t, std::int32_t),
                      void *context) override {
        std::atomic<std::int64_t> next{0};
        const auto work = [&](std::int32_t worker) {
            for (std::int64_t i = next++; i < count; i = next++) task(context, i, worker);
        };
        std::vector<std::thread> others;
        for (int w = 1; w < threads_; ++w) others.emplace_back(work, w);
        work(0);
        for (std::thread &t : others) t.join();
    }

    std::atomic<int> inner_products{0}, other_products{0};
    int refuse_after = -1;  ///< products after which multiply says no; -1: never

  private:
    int threads_;
};

/// Workspace of exactly the stated size between guards of a known value.
class GuardedWorkspace {
  public:
    explicit GuardedWorkspace(std::int64_t bytes)
        : bytes_(bytes), memory_(static_cast<std::size_t>(bytes + 192), 0x5A) {
        auto address = reinterpret_cast<std::uintptr_t>(memory_.data()) + 64;
        begin_ = reinterpret_cast<unsigned char *>((address + 63) / 64 * 64);
    }
    void *data() { return begin_; }
    bool intact() const {
        for (const unsigned char *p = memory_.data(); p < begin_; ++p) {
            if (*p != 0x5A) return false;
        }
        for (const unsigned char *p = begin_ + bytes_; p < memory_.data() + memory_.size(); ++p) {
            if (*p != 0x5A) return false;
        }
        return true;
    }

  private:
    std::int64_t bytes_;
    std::vector<unsigned char> memory_;
    unsigned char *begin_;
};

template <typename E>
Shape shape_of(const Gemm &g) {
    using R = typename Element<E>::Real;
    return {
        g.m, g.n, g.k, g.trans_a != 'N', g.trans_b != 'N', Element<E>::parts, static_cast<int>(sizeof(R))};
}

}  // namespace lapack_ai::alpha_gemm::testing
