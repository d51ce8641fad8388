// The phases of a run: expand A; per panel of columns expand B, multiply, contract into C. Before C is first
// written the largest magnitudes of A and B certify that nothing in the scheme can overflow; without that
// certificate the columns are left to a conventional product, so infinities and NaN come out as they
// conventionally do.

#include "multiply.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

#include "diagonal_scales.hpp"

namespace lapack_ai::alpha_gemm {
namespace {

template <typename T>
class Run {
  public:
    Run(const Plan &plan, const Gemm &gemm, Scaling scaling, T *memory, Services &services)
        : plan_(plan),
          gemm_(gemm),
          scheme_(plan.compiled->scheme),
          parts_(plan.shape.parts),
          memory_(memory),
          services_(services) {
        scales_ = make_scales(plan, gemm, scaling, memory + plan.scales_at, services);
        a_blocks_ = origins(scheme_.m, scheme_.k, plan.block_m, plan.block_k, plan.shape.transposed_a);
        b_blocks_ = origins(scheme_.k, scheme_.n, plan.block_k, plan.block_n, plan.shape.transposed_b);
        c_blocks_ = origins(scheme_.m, scheme_.n, plan.block_m, plan.block_n, false);
    }

    Outcome run() { return plan_.order == Order::breadth_first ? breadth_first() : depth_first(); }

  private:
    enum class Side { a, b, c };

    /// Stored origins of the blocks of op(X), an `rows` x `cols` grid, in real elements.
    std::vector<BlockOrigin> origins(int rows, int cols, std::int64_t block_rows, std::int64_t block_cols,
                                     bool transposed) const {
        std::vector<BlockOrigin> blocks;
        for (int i = 0; i < rows; ++i) {
            for (int j = 0; j < cols; ++j) {
                const std::int64_t row = i * block_rows, col = j * block_cols;
                blocks.push_back(transposed ? BlockOrigin{col * parts_, row}
                                            : BlockOrigin{row * parts_, col});
            }
        }
        return blocks;
    }

    static std::vector<BlockOrigin> select(const std::vector<BlockOrigin> &blocks,
                                           const std::vector<int> &which) {
        std::vector<BlockOrigin> chosen;
        for (int b : which) chosen.push_back(blocks[static_cast<std::size_t>(b)]);
        return chosen;
    }

    Outcome breadth_first() {
        const CompiledScheme &compiled = *plan_.compiled;
        largest_a_ = expand_operand(Side::a, compiled.expand_a, a_blocks_, whole_a());
        bool any_conventional = false;
        for (std::int64_t begin = 0; begin < plan_.block_n; begin += plan_.panel_n) {
            const std::int64_t end = std::min(plan_.block_n, begin + plan_.panel_n);
            bool fast = false;
            if (certified(largest_a_, 0)) {
                largest_b_ = expand_operand(Side::b, compiled.expand_b, b_blocks_, panel_of_b(begin, end));
                fast = certified(largest_a_, largest_b_);
            }
            if (fast && multiply_all(end - begin)) {
                contract_panel(compiled.contract_c, c_blocks_, begin, end, gemm_.beta);
                continue;
            }
            if (!conventional_panel(begin, end)) return begin == 0 ? Outcome::failed : Outcome::failed_dirty;
            any_conventional = true;
        }
        return any_conventional ? Outcome::conventional : Outcome::fast;
    }

    Outcome depth_first() {
        largest_a_ = scan_operand(Side::a);
        largest_b_ = scan_operand(Side::b);
        if (!certified(largest_a_, largest_b_)) {
            return conventional_panel(0, plan_.block_n) ? Outcome::conventional : Outcome::failed;
        }
        for (std::size_t r = 0; r < plan_.compiled->singles.size(); ++r) {
            const SingleProduct &single = plan_.compiled->singles[r];
            expand_operand(Side::a, single.expand_a, select(a_blocks_, single.a_blocks), whole_a());
            expand_operand(Side::b, single.expand_b, select(b_blocks_, single.b_blocks),
                           panel_of_b(0, plan_.block_n));
            if (!multiply_one(0, 0, plan_.block_n, false))
                return r == 0 ? Outcome::failed : Outcome::failed_dirty;
            if (r == 0) scale_result(gemm_.beta);
            contract_panel(single.contract_c, select(c_blocks_, single.c_blocks), 0, plan_.block_n, 1.0);
        }
        return Outcome::fast;
    }

    // ---- the sweeps
    // -------------------------------------------------------------------------------------------

    BlockRange whole_a() const {
        const bool t = plan_.shape.transposed_a;
        return {0, (t ? plan_.block_k : plan_.block_m) * parts_, 0, t ? plan_.block_m : plan_.block_k};
    }

    /// Columns [begin, end) of every block of op(B).
    BlockRange panel_of_b(std::int64_t begin, std::int64_t end) const {
        if (plan_.shape.transposed_b) return {begin * parts_, end * parts_, 0, plan_.block_k};
        return {0, plan_.block_k * parts_, begin, end};
    }

    struct Sweep {
        Run *run;
        const Expansion<T> *expansion;
        const Contraction<T> *contraction;
        BlockRange range;
        std::int64_t pieces;
    };

    static void sweep_item(void *context, std::int64_t item, std::int32_t worker) {
        const Sweep &sweep = *static_cast<const Sweep *>(context);
        const std::int64_t cols = sweep.range.col_end - sweep.range.col_begin;
        const std::int64_t begin = sweep.range.col_begin + cols * item / sweep.pieces;
        const std::int64_t end = sweep.range.col_begin + cols * (item + 1) / sweep.pieces;
        const Plan &plan = sweep.run->plan_;
        T *slot = sweep.run->memory_ + plan.scratch_at + plan.scratch_stride * worker;
        T *scratch = slot + line<T>;
        if (sweep.expansion != nullptr) {
            *slot = std::max(*slot, expand(*sweep.expansion, sweep.range, begin, end, scratch));
        } else {
            contract(*sweep.contraction, sweep.range, begin, end, scratch);
        }
    }

    T sweep_columns(Sweep &sweep) {
        for (int worker = 0; worker < plan_.threads; ++worker) {
            memory_[plan_.scratch_at + plan_.scratch_stride * worker] = T(0);
        }
        const std::int64_t cols = sweep.range.col_end - sweep.range.col_begin;
        sweep.pieces = std::min<std::int64_t>(cols, plan_.threads == 1 ? 1 : 8 * plan_.threads);
        services_.parallel_for(sweep.pieces, sweep_item, &sweep);
        T largest = 0;
        for (int worker = 0; worker < plan_.threads; ++worker) {
            largest = std::max(largest, memory_[plan_.scratch_at + plan_.scratch_stride * worker]);
        }
        return largest;
    }

    T expand_operand(Side side, const LinearProgram &program, const std::vector<BlockOrigin> &blocks,
                     const BlockRange &range) {
        Expansion<T> job{};
        job.program = &program;
        job.kernels = &pass_kernels<T>();
        job.blocks = &blocks;
        const Shape &shape = plan_.shape;
        if (side == Side::a) {
            job.matrix = static_cast<const T *>(gemm_.A);
            job.ld = gemm_.lda * parts_;
            job.rows = (shape.transposed_a ? shape.k : shape.m) * parts_;
            job.cols = shape.transposed_a ? shape.m : shape.k;
            job.row_scale = scales_.a_row;
            job.col_scale = scales_.a_col;
            job.buffers = {memory_ + plan_.a_at, plan_.ld_a, plan_.stride_a};
        } else {
            job.matrix = static_cast<const T *>(gemm_.B);
            job.ld = gemm_.ldb * parts_;
            job.rows = (shape.transposed_b ? shape.n : shape.k) * parts_;
            job.cols = shape.transposed_b ? shape.k : shape.n;
            job.row_scale = scales_.b_row;
            job.col_scale = scales_.b_col;
            job.buffers = {memory_ + plan_.b_at, plan_.ld_b, plan_.stride_b};
        }
        Sweep sweep{this, &job, nullptr, range, 0};
        return sweep_columns(sweep);
    }

    /// The largest magnitude of an operand, by a sweep whose program has no results.
    T scan_operand(Side side) {
        LinearProgram nothing;
        nothing.inputs = side == Side::a ? scheme_.m * scheme_.k : scheme_.k * scheme_.n;
        return expand_operand(side, nothing, side == Side::a ? a_blocks_ : b_blocks_,
                              side == Side::a ? whole_a() : panel_of_b(0, plan_.block_n));
    }

    void contract_panel(const LinearProgram &program, const std::vector<BlockOrigin> &blocks,
                        std::int64_t begin, std::int64_t end, std::complex<double> beta) {
        Contraction<T> job{};
        job.program = &program;
        job.kernels = &pass_kernels<T>();
        job.buffers = {memory_ + plan_.c_at, plan_.ld_c, plan_.stride_c};
        job.matrix = static_cast<T *>(gemm_.C);
        job.ld = gemm_.ldc * parts_;
        job.rows = plan_.shape.m * parts_;
        job.cols = plan_.shape.n;
        job.blocks = &blocks;
        job.row_scale = scales_.c_row;
        job.col_scale = scales_.c_col;
        job.beta = {static_cast<T>(beta.real()), static_cast<T>(beta.imag())};
        Sweep sweep{this, nullptr, &job, {0, plan_.block_m * parts_, begin, end}, 0};
        sweep_columns(sweep);
    }

    // ---- products
    // ---------------------------------------------------------------------------------------------

    /// Columns [begin, end) of the panel of product r.
    bool multiply_one(std::int64_t r, std::int64_t begin, std::int64_t end, bool one_thread) {
        const std::int64_t b_offset = plan_.shape.transposed_b ? begin * parts_ : begin * plan_.ld_b;
        const Gemm product{gemm_.trans_a,
                           gemm_.trans_b,
                           plan_.block_m,
                           end - begin,
                           plan_.block_k,
                           gemm_.alpha,
                           memory_ + plan_.a_at + r * plan_.stride_a,
                           plan_.ld_a / parts_,
                           memory_ + plan_.b_at + r * plan_.stride_b + b_offset,
                           plan_.ld_b / parts_,
                           0.0,
                           memory_ + plan_.c_at + r * plan_.stride_c + begin * plan_.ld_c,
                           plan_.ld_c / parts_};
        return services_.multiply(product, one_thread);
    }

    struct Products {
        Run *run;
        std::int64_t whole, slices, cols;
        std::atomic<bool> done;
    };

    static void product_item(void *context, std::int64_t item, std::int32_t) {
        auto &products = *static_cast<Products *>(context);
        const std::int64_t cols = products.cols;
        bool done;
        if (item < products.whole) {
            done = products.run->multiply_one(item, 0, cols, true);
        } else {
            const std::int64_t slices = products.slices, slice = (item - products.whole) % slices;
            const std::int64_t begin = cols * slice / slices, end = cols * (slice + 1) / slices;
            done = begin == end || products.run->multiply_one(
                                       products.whole + (item - products.whole) / slices, begin, end, true);
        }
        if (!done) products.done.store(false, std::memory_order_relaxed);
    }

    /// All products of a panel of `cols` columns. Those left over when the threads share them evenly are cut
    /// into as few slices of columns as make them even again.
    bool multiply_all(std::int64_t cols) {
        const std::int64_t rank = scheme_.rank, threads = plan_.threads;
        if (!plan_.side_by_side) {
            for (std::int64_t r = 0; r < rank; ++r) {
                if (!multiply_one(r, 0, cols, false)) return false;
            }
            return true;
        }
        const std::int64_t left = rank % threads;
        Products products{this, rank - left, threads / std::gcd(left, threads), cols, {true}};
        services_.parallel_for(products.whole + left * products.slices, product_item, &products);
        return products.done.load();
    }

    // ---- the conventional way
    // ---------------------------------------------------------------------------------

    /// Whether operands of these magnitudes cannot overflow anywhere in the scheme.
    bool certified(T a, T b) const {
        return alpha_gemm::certified(*plan_.compiled, plan_.block_k, static_cast<double>(a),
                                     static_cast<double>(b), std::abs(gemm_.alpha),
                                     std::numeric_limits<T>::max_exponent);
    }

    /// Columns [begin, end) of every block of C by conventional products of the caller's own operands.
    bool conventional_panel(std::int64_t begin, std::int64_t end) {
        const std::int64_t n = plan_.shape.n;
        if (begin == 0 && end == plan_.block_n) return services_.multiply(gemm_, false);
        for (int j = 0; j < scheme_.n; ++j) {
            const std::int64_t first = j * plan_.block_n + begin, last = std::min(n, j * plan_.block_n + end);
            if (first >= last) continue;
            Gemm part = gemm_;
            part.n = last - first;
            const std::int64_t b_offset = plan_.shape.transposed_b ? first : first * gemm_.ldb;
            part.B = static_cast<const T *>(gemm_.B) + b_offset * parts_;
            part.C = static_cast<T *>(gemm_.C) + first * gemm_.ldc * parts_;
            if (!services_.multiply(part, false)) return false;
        }
        return true;
    }

    /// C = beta C; beta = 0 does not read C.
    void scale_result(std::complex<double> beta) {
        if (beta == 1.0) return;
        const std::int64_t m = plan_.shape.m;
        const T re = static_cast<T>(beta.real()), im = static_cast<T>(beta.imag());
        for (std::int64_t j = 0; j < plan_.shape.n; ++j) {
            T *c = static_cast<T *>(gemm_.C) + j * gemm_.ldc * parts_;
            if (beta == 0.0) {
                std::fill(c, c + m * parts_, T(0));
            } else if (parts_ == 1) {
                for (std::int64_t i = 0; i < m; ++i) c[i] *= re;
            } else {
                for (std::int64_t i = 0; i < 2 * m; i += 2) {
                    const T x = c[i], y = c[i + 1];
                    c[i] = re * x - im * y;
                    c[i + 1] = re * y + im * x;
                }
            }
        }
    }

    const Plan &plan_;
    const Gemm &gemm_;
    const Scheme &scheme_;
    const std::int64_t parts_;
    T *memory_;
    Services &services_;
    DiagonalScales<T> scales_;
    std::vector<BlockOrigin> a_blocks_, b_blocks_, c_blocks_;
    T largest_a_ = 0, largest_b_ = 0;
};

}  // namespace

template <typename T>
Outcome run_plan(const Plan &plan, const Gemm &gemm, Scaling scaling, void *workspace, Services &services) {
    return Run<T>(plan, gemm, scaling, static_cast<T *>(workspace), services).run();
}

template Outcome run_plan<float>(const Plan &, const Gemm &, Scaling, void *, Services &);
template Outcome run_plan<double>(const Plan &, const Gemm &, Scaling, void *, Services &);

}  // namespace lapack_ai::alpha_gemm
