#include "device_multiply.hpp"

#include <bit>
#include <cmath>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "sweep_source.hpp"

namespace lapack_ai::opencl_alpha_gemm {
namespace {

using alpha_gemm::CompiledScheme;
using alpha_gemm::Gemm;
using alpha_gemm::Outcome;
using opencl::address;
using opencl::value;

/// Program text of a scheme, written once and kept for the process: the runtime wants it static.
const char *program_text(const DevicePlan &plan) {
    using Key = std::tuple<const CompiledScheme *, int, int, bool, bool>;
    static std::mutex mutex;
    static auto &texts = *new std::map<Key, std::string>;
    const std::lock_guard lock(mutex);
    const alpha_gemm::Shape &s = plan.shape;
    std::string &text = texts[{plan.compiled, s.real_bytes, s.parts, s.transposed_a, s.transposed_b}];
    if (text.empty())
        text = sweep_source(*plan.compiled, {s.real_bytes, s.parts == 2}, s.transposed_a, s.transposed_b);
    return text.c_str();
}

std::size_t rounded(std::int64_t count, int group) {
    return static_cast<std::size_t>((count + group - 1) / group * group);
}

class Run {
  public:
    Run(const DevicePlan &plan, const Gemm &gemm, lai_dtype dtype, opencl::Operation &op)
        : plan_(plan),
          gemm_(gemm),
          dtype_(dtype),
          op_(op),
          element_(static_cast<std::uint32_t>(plan.element_bytes())) {}

    Outcome run() {
        const char *const text = program_text(plan_);
        lai_ocl_kernel *const expand_a = opencl::kernel(text, "", "expand_a"),
                              *const expand_b = opencl::kernel(text, "", "expand_b"),
                              *const contract = opencl::kernel(text, "", "contract");
        largest_ = op_.temporary<>(DevicePlan::flag_bytes);
        op_.zero(largest_, DevicePlan::flag_bytes);
        const alpha_gemm::Shape &s = plan_.shape;
        void *const a = block_memory(plan_.stride_a), *const b = block_memory(plan_.stride_b),
                    *const c = block_memory(plan_.stride_c);
        expand(expand_a, gemm_.A, gemm_.lda, s.transposed_a ? s.k : s.m, s.transposed_a ? s.m : s.k,
               plan_.a_rows, plan_.a_cols, a, plan_.ld_a, plan_.stride_a, 0);
        expand(expand_b, gemm_.B, gemm_.ldb, s.transposed_b ? s.n : s.k, s.transposed_b ? s.k : s.n,
               plan_.b_rows, plan_.b_cols, b, plan_.ld_b, plan_.stride_b, 1);
        lai_ocl_gemm_call products = conventional();
        products.m = plan_.block_m, products.n = plan_.block_n, products.k = plan_.block_k;
        products.count = plan_.rank();
        products.beta = {0, 0};
        products.a = a, products.lda = plan_.ld_a, products.stride_a = plan_.stride_a;
        products.b = b, products.ldb = plan_.ld_b, products.stride_b = plan_.stride_b;
        products.c = c, products.ldc = plan_.ld_c, products.stride_c = plan_.stride_c;
        op_.gemm(products);
        std::uint32_t words[2] = {};
        op_.download(words, sizeof words, largest_, sizeof words, sizeof words, 1);
        if (!certified(magnitude(words[0]), magnitude(words[1]))) {
            op_.gemm(conventional());
            op_.wait();
            return Outcome::conventional;
        }
        finish(contract, c);
        op_.wait();
        return Outcome::fast;
    }

  private:
    void *block_memory(std::int64_t stride) {
        return op_.temporary<>(static_cast<std::uint64_t>(plan_.rank() * stride) * element_);
    }

    void expand(lai_ocl_kernel *kernel, const void *X, std::int64_t ldx, std::int64_t rows, std::int64_t cols,
                std::int64_t block_rows, std::int64_t block_cols, void *out, std::int64_t ld,
                std::int64_t stride, std::int32_t slot) {
        op_.launch(
            kernel, {rounded(block_rows, group_rows), rounded(block_cols, group_cols)},
            {std::size_t{group_rows}, std::size_t{group_cols}},
            {address(X, element_), value(ldx), value(rows), value(cols), value(block_rows), value(block_cols),
             address(out, element_), value(ld), value(stride), address(largest_, 4), value(slot)});
    }

    void finish(lai_ocl_kernel *kernel, const void *products) {
        const std::int32_t reads_c = gemm_.beta != 0.0;
        const auto launch = [&](auto re, auto im) {
            op_.launch(
                kernel, {rounded(plan_.block_m, group_rows), rounded(plan_.block_n, group_cols)},
                {std::size_t{group_rows}, std::size_t{group_cols}},
                {address(products, element_), value(plan_.ld_c), value(plan_.stride_c),
                 address(gemm_.C, element_), value(gemm_.ldc), value(plan_.shape.m), value(plan_.shape.n),
                 value(plan_.block_m), value(plan_.block_n), value(re), value(im), value(reads_c)});
        };
        if (plan_.shape.real_bytes == 8)
            launch(gemm_.beta.real(), gemm_.beta.imag());
        else
            launch(static_cast<float>(gemm_.beta.real()), static_cast<float>(gemm_.beta.imag()));
    }

    lai_ocl_gemm_call conventional() const {
        lai_ocl_gemm_call g{};
        g.size = sizeof g;
        g.dtype = dtype_;
        g.trans_a = gemm_.trans_a, g.trans_b = gemm_.trans_b;
        g.m = gemm_.m, g.n = gemm_.n, g.k = gemm_.k, g.count = 1;
        g.alpha = {gemm_.alpha.real(), gemm_.alpha.imag()};
        g.beta = {gemm_.beta.real(), gemm_.beta.imag()};
        g.a = gemm_.A, g.lda = gemm_.lda;
        g.b = gemm_.B, g.ldb = gemm_.ldb;
        g.c = gemm_.C, g.ldc = gemm_.ldc;
        return g;
    }

    /// An upper bound of all magnitudes whose largest high word is this; infinite when one is not finite.
    double magnitude(std::uint32_t word) const {
        if (plan_.shape.real_bytes == 4)
            return word >= 0x7f800000u ? HUGE_VAL : static_cast<double>(std::bit_cast<float>(word));
        if (word >= 0x7ff00000u) return HUGE_VAL;
        return word == 0 ? 0x1p-1021 : std::bit_cast<double>((std::uint64_t{word} + 1) << 32);
    }

    bool certified(double a, double b) const {
        return alpha_gemm::certified(*plan_.compiled, plan_.block_k, a, b, std::abs(gemm_.alpha),
                                     plan_.shape.real_bytes == 8 ? 1024 : 128);
    }

    const DevicePlan &plan_;
    const Gemm &gemm_;
    lai_dtype dtype_;
    opencl::Operation &op_;
    std::uint32_t element_;
    void *largest_ = nullptr;
};

}  // namespace

Outcome multiply_on_device(const DevicePlan &plan, const Gemm &gemm, lai_dtype dtype, opencl::Operation &op) {
    return Run(plan, gemm, dtype, op).run();
}

}  // namespace lapack_ai::opencl_alpha_gemm
