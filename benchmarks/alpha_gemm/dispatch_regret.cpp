#include "dispatch_regret.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::bench {
namespace {

struct Dims {
    std::int64_t m, n, k;
};

const Dims shapes[] = {
    {64, 64, 64},       {128, 128, 128},    {256, 256, 256},    {512, 512, 512},    {768, 768, 768},
    {960, 960, 960},    {1024, 1024, 1024}, {1500, 1500, 1500}, {2047, 2047, 2047}, {3000, 3000, 3000},
    {4096, 4096, 4096}, {6000, 6000, 6000}, {4000, 1000, 1000}, {1000, 4000, 1000}, {1000, 1000, 4000},
    {6000, 700, 700},   {700, 6000, 700},   {6000, 6000, 200},  {200, 6000, 6000},  {2000, 5000, 3000},
};

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class Dispatcher {
  public:
    Dispatcher() {
        if (lai_context_create(nullptr, &context_) != 0) throw std::runtime_error(lai_last_error());
        std::mt19937_64 generator(1);
        std::uniform_real_distribution<double> uniform(-1, 1);
        std::size_t a = 0, b = 0, c = 0;
        for (const Dims &d : shapes) {
            a = std::max(a, static_cast<std::size_t>(d.m * d.k));
            b = std::max(b, static_cast<std::size_t>(d.k * d.n));
            c = std::max(c, static_cast<std::size_t>(d.m * d.n));
        }
        a_.resize(a);
        b_.resize(b);
        c_.resize(c);
        for (auto *x : {&a_, &b_}) {
            for (double &value : *x) value = uniform(generator);
        }
    }
    ~Dispatcher() { lai_context_destroy(context_); }
    Dispatcher(const Dispatcher &) = delete;
    Dispatcher &operator=(const Dispatcher &) = delete;

    /// Seconds of one product under the policy; `variant` is set to what ran.
    double run(const Dims &d, lai_accuracy accuracy, std::string &variant) {
        std::this_thread::sleep_for(
            std::chrono::milliseconds(20));  // OpenMP's threads spin after each region
        lai_call_options options{};
        options.size = sizeof options;
        options.accuracy = accuracy;
        const double start = now();
        if (lai_gemm(context_, &options, LAI_LAYOUT_COL, LAI_DTYPE_F64, 'N', 'N', d.m, d.n, d.k, {1, 0},
                     a_.data(), d.m, b_.data(), d.k, {0, 0}, c_.data(), d.m) != 0) {
            throw std::runtime_error(lai_last_error());
        }
        const double seconds = now() - start;
        variant = std::string(lai_last_report()->backend) + " " + lai_last_report()->variant;
        return seconds;
    }

  private:
    lai_context *context_ = nullptr;
    std::vector<double> a_, b_, c_;
};

}  // namespace

std::vector<Figure> measure_regret(int repeats) {
    Dispatcher dispatcher;
    std::vector<Figure> figures;
    double log_regret = 0, worst_chosen = HUGE_VAL;
    for (const Dims &d : shapes) {
        const bool large = d.m * d.n * d.k > std::int64_t{20} * 1000 * 1000 * 1000;
        std::vector<double> ratios;
        std::string chosen, conventional;
        for (int i = 0; i <= (large ? 3 : 3 * repeats); ++i) {
            const double plain = dispatcher.run(d, LAI_ACCURACY_COMPONENTWISE, conventional);
            const double free_choice = dispatcher.run(d, LAI_ACCURACY_NORMWISE, chosen);
            if (i > 0) ratios.push_back(plain / free_choice);
        }
        const bool fast = chosen.rfind("alpha_gemm", 0) == 0;
        const double ratio = median(ratios);
        // The same variant ran twice where it was not chosen: what differs then is noise, and no regret.
        log_regret += fast ? std::log(std::max(1.0, 1 / ratio)) : 0;
        if (fast) worst_chosen = std::min(worst_chosen, ratio);
        Figure f;
        f.name = std::to_string(d.m) + "x" + std::to_string(d.n) + "x" + std::to_string(d.k) + " " + chosen;
        f.value = ratio;
        f.unit = "x";
        if (fast) f.target = 0.97;
        f.baseline = conventional;
        f.n = static_cast<long>(ratios.size());
        f.low = *std::min_element(ratios.begin(), ratios.end());
        f.high = *std::max_element(ratios.begin(), ratios.end());
        figures.push_back(f);
    }
    Figure regret;
    regret.name = "regret of choosing alpha_gemm, geometric mean over shapes";
    regret.value = 100 * (std::exp(log_regret / static_cast<double>(std::size(shapes))) - 1);
    regret.unit = "%";
    regret.target = 2;
    regret.relation = "<=";
    regret.baseline = "the faster of both policies";
    figures.push_back(regret);
    Figure worst;
    worst.name = "smallest ratio where alpha_gemm was chosen";
    if (std::isfinite(worst_chosen)) {
        worst.value = worst_chosen;
    } else {
        worst.reason = "it was never chosen";
    }
    worst.unit = "x";
    worst.target = 0.97;
    worst.baseline = "policy componentwise";
    figures.push_back(worst);
    return figures;
}

}  // namespace lapack_ai::bench
