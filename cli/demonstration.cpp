#include "demonstration.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <complex>
#include <nlohmann/json.hpp>
#include <random>

#include "text.hpp"

namespace lapack_ai::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t smallest = 8, largest = 512;
constexpr int one_in_elsewhere = 5;  // calls that go to a backend named at random
constexpr int one_in_singular = 40;  // solves whose matrix has a column of zeros
constexpr auto longest_rest = std::chrono::milliseconds(50);

// Operands of one call, all n x n at most, of the type of the call.
struct Operands {
    std::vector<std::byte> a, b, c, s;
    std::vector<std::int64_t> pivots;
};

struct Operation {
    const char *name;
    std::int64_t largest;
    std::int64_t (*run)(lai_context *, const lai_call_options *, lai_dtype, std::int64_t, Operands &);
};

constexpr auto col = LAI_LAYOUT_COL;

constexpr Operation operations[] = {
    {"gemm", largest,
     [](lai_context *x, const lai_call_options *o, lai_dtype t, std::int64_t n, Operands &w) {
         return lai_gemm(x, o, col, t, 'N', 'N', n, n, n, {1, 0}, w.a.data(), n, w.b.data(), n, {0, 0},
                         w.c.data(), n);
     }},
    {"gesv", largest,
     [](lai_context *x, const lai_call_options *o, lai_dtype t, std::int64_t n, Operands &w) {
         return lai_gesv(x, o, col, t, 'N', n, 1, w.a.data(), n, w.pivots.data(), w.b.data(), n);
     }},
    {"gesvd", largest / 2,
     [](lai_context *x, const lai_call_options *o, lai_dtype t, std::int64_t n, Operands &w) {
         return lai_gesvd(x, o, col, t, 'S', 'S', n, n, w.a.data(), n, w.s.data(), w.b.data(), n, w.c.data(),
                          n);
     }},
    {"syev", largest / 2,
     [](lai_context *x, const lai_call_options *o, lai_dtype t, std::int64_t n, Operands &w) {
         return lai_syev(x, o, col, t, 'V', 'L', n, w.a.data(), n, w.s.data());
     }},
    {"geqrf", largest,
     [](lai_context *x, const lai_call_options *o, lai_dtype t, std::int64_t n, Operands &w) {
         return lai_geqrf(x, o, col, t, n, n, w.a.data(), n, w.s.data());
     }},
};

template <typename T>
void fill(std::vector<std::byte> &bytes, std::int64_t n, std::mt19937_64 &random) {
    bytes.resize(static_cast<std::size_t>(n * n) * sizeof(T));
    T *entries = reinterpret_cast<T *>(bytes.data());
    std::uniform_real_distribution<double> entry(-1, 1);
    for (std::int64_t i = 0; i < n * n; ++i) {
        if constexpr (std::is_floating_point_v<T>)
            entries[i] = static_cast<T>(entry(random));
        else
            entries[i] = T(static_cast<typename T::value_type>(entry(random)),
                           static_cast<typename T::value_type>(entry(random)));
    }
}

void fill(std::vector<std::byte> &bytes, lai_dtype dtype, std::int64_t n, std::mt19937_64 &random) {
    if (dtype == LAI_DTYPE_F32) return fill<float>(bytes, n, random);
    if (dtype == LAI_DTYPE_C64) return fill<std::complex<double>>(bytes, n, random);
    fill<double>(bytes, n, random);
}

}  // namespace

// One thread's calls, the same sequence at each start.
class Demonstration::Worker {
  public:
    Worker(lai_context *context, const std::vector<Backend> &backends, unsigned seed)
        : context_(context), backends_(backends), random_(seed) {}

    void call() {
        static constexpr lai_dtype dtypes[] = {LAI_DTYPE_F64, LAI_DTYPE_F64, LAI_DTYPE_F32, LAI_DTYPE_C64};
        const std::size_t pick = below(std::size(operations) + 2);  // gemm thrice as often
        const Operation &operation = operations[pick < std::size(operations) ? pick : 0];
        const lai_dtype dtype = dtypes[below(std::size(dtypes))];
        lai_call_options options{};
        options.size = sizeof options;
        std::int64_t most = operation.largest;
        if (below(one_in_elsewhere) == 0) {
            options.backend = some_backend(operation.name);
            most /= 2;  // it may be much slower than the best
        }
        const std::int64_t n = size_up_to(most);
        fill(work_.a, dtype, n, random_);
        fill(work_.b, dtype, n, random_);
        work_.c.resize(work_.a.size());
        work_.s.resize(static_cast<std::size_t>(n) * 16);
        work_.pivots.resize(static_cast<std::size_t>(n));
        if (below(one_in_singular) == 0)
            std::fill(work_.a.begin(), work_.a.begin() + static_cast<std::ptrdiff_t>(work_.a.size()) / n,
                      std::byte{0});
        // INFO and refusals are part of what is shown.
        static_cast<void>(operation.run(context_, &options, dtype, n, work_));
    }

  private:
    std::size_t below(std::size_t count) { return random_() % count; }

    std::int64_t size_up_to(std::int64_t most) {
        const double steps = std::log2(static_cast<double>(most) / static_cast<double>(smallest));
        std::uniform_real_distribution<double> step(0, steps);
        return std::llround(static_cast<double>(smallest) * std::exp2(step(random_)));
    }

    const char *some_backend(const std::string &op) {
        const Backend &one = backends_[below(backends_.size())];
        return std::find(one.ops.begin(), one.ops.end(), op) != one.ops.end() ? one.id.c_str() : nullptr;
    }

    lai_context *const context_;
    const std::vector<Backend> &backends_;
    std::mt19937_64 random_;
    Operands work_;
};

Demonstration::Demonstration(Session &session, int workers) : context_(session.context()) {
    using nlohmann::json;
    const json plugins = json::parse(session.document("plugins"));
    for (const json &plugin : plugins.at("plugins"))
        if (string_or_empty(plugin, "state") == "ready" && !plugin.at("ops").empty())
            backends_.push_back({string_or_empty(plugin, "id"), plugin.at("ops")});
    if (backends_.empty()) return;
    for (int i = 0; i < workers; ++i)
        threads_.emplace_back([this, i] {
            Worker worker(context_, backends_, static_cast<unsigned>(i + 1));
            while (!stopping_) {
                const auto begin = Clock::now();
                worker.call();
                std::this_thread::sleep_for(std::clamp<Clock::duration>(
                    Clock::now() - begin, std::chrono::milliseconds(5), longest_rest));
            }
        });
}

Demonstration::~Demonstration() {
    stopping_ = true;
    for (std::thread &thread : threads_) thread.join();
}

}  // namespace lapack_ai::cli
