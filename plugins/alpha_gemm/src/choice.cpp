// Choosing order, panels and the way the products are spread, and pricing the whole.

#include "choice.hpp"

#include <algorithm>
#include <cmath>

#include "gemm_call.hpp"
#include "lapack_ai/abi/ops.h"
#include "lapack_ai/sdk/call_builder.hpp"

namespace lapack_ai::alpha_gemm {
namespace {

// Bytes a second that the sweeps of one thread move, and where more threads stop helping. Two threads of a
// 2-core EPYC (Zen 5) measured 58e9 expanding and 32e9 contracting.
constexpr double bytes_per_second_and_thread = 24e9;
constexpr double bytes_per_second_at_most = 120e9;

// Waking the threads for a loop and waiting for the last of them.
constexpr double seconds_per_loop = 100e-6;

// A product loses this many elements' worth of each dimension to packing, edges and the update of C: its time
// is that of its flops at full rate, times 1 + edge (1/m + 1/n + 1/k). Fitted to OpenBLAS on blocks of 228 to
// 1024.
constexpr double edge = 10;

// Breadth-first runs are cut into panels until they need no more than this many times the mean operand.
constexpr double breadth_first_operands = 9.5;

const char *const this_plugin[] = {"alpha_gemm"};

struct Prediction {
    double seconds = HUGE_VAL;  ///< infinity when nobody takes it
    bool on_device = false;
};

/// The cost of one conventional m x n x k product in the call's type and transpositions.
Prediction predict_product(const sdk::Host &host, const sdk::Call &call, std::int64_t m, std::int64_t n,
                           std::int64_t k, std::int32_t threads) {
    const char ta = call.flag(LAI_GEMM_TRANS_A), tb = call.flag(LAI_GEMM_TRANS_B);
    sdk::CallBuilder child(LAI_OP_GEMM, call.dtype());
    const std::int64_t a_rows = ta == 'N' ? m : k, b_rows = tb == 'N' ? k : n;
    child.dims(m, n, k).flags(ta, tb).scalars(1.0, 0.0).threads(threads);
    child.operand(call.dtype(), nullptr, a_rows, ta == 'N' ? k : m, a_rows);
    child.operand(call.dtype(), nullptr, b_rows, tb == 'N' ? n : k, b_rows);
    child.operand(call.dtype(), nullptr, m, n, m);
    lai_cost cost{};
    cost.size = sizeof cost;
    const lai_constraints constraints = nested_constraints(threads);
    if (host.predict(call, child.call(), cost, &constraints) != LAI_OK) return {};
    return {cost.setup_seconds + cost.transfer_seconds + cost.compute_seconds,
            cost.device_peak_bytes > 0 || cost.bytes_to_device > 0};
}

double edge_factor(std::int64_t m, std::int64_t n, std::int64_t k) {
    return 1 + edge * (1 / static_cast<double>(m) + 1 / static_cast<double>(n) + 1 / static_cast<double>(k));
}

/// Seconds of all products of the plan, and whether they run side by side. On a processor they are priced
/// relative to the whole product done conventionally, with which the dispatcher compares: an error of that
/// model then cancels, where two absolute prices of different shapes would make it the gain. On a device each
/// product pays for its own transfers.
void price_products(const sdk::Host &host, const sdk::Call &call, Choice &choice) {
    Plan &plan = choice.plan;
    const Shape &shape = plan.shape;
    const double products =
        static_cast<double>(plan.compiled->scheme.rank) * static_cast<double>(plan.panels());
    const Prediction whole = predict_product(host, call, shape.m, shape.n, shape.k, plan.threads);
    plan.side_by_side = !whole.on_device && plan.order == Order::breadth_first && plan.threads > 1;
    if (whole.on_device) {
        choice.product_seconds =
            products *
            predict_product(host, call, plan.block_m, plan.panel_n, plan.block_k, plan.threads).seconds;
        return;
    }
    const double share = static_cast<double>(plan.block_m) / static_cast<double>(shape.m) *
                         static_cast<double>(plan.panel_n) / static_cast<double>(shape.n) *
                         static_cast<double>(plan.block_k) / static_cast<double>(shape.k);
    choice.product_seconds = whole.seconds * products * share *
                             edge_factor(plan.block_m, plan.panel_n, plan.block_k) /
                             edge_factor(shape.m, shape.n, shape.k);
}

/// Bytes that the sweeps of the plan read and write.
double sweep_bytes(const Plan &plan, bool reads_c) {
    const Scheme &s = plan.compiled->scheme;
    const double element = plan.shape.parts * plan.shape.real_bytes;
    const double a = element * static_cast<double>(plan.block_m) * static_cast<double>(plan.block_k);
    const double b = element * static_cast<double>(plan.block_k) * static_cast<double>(plan.block_n);
    const double c = element * static_cast<double>(plan.block_m) * static_cast<double>(plan.block_n);
    if (plan.order == Order::breadth_first) {
        return a * (s.m * s.k + s.rank) + b * (s.k * s.n + s.rank) +
               c * (s.m * s.n * (reads_c ? 2 : 1) + s.rank);
    }
    double bytes = a * s.m * s.k + b * s.k * s.n + c * s.m * s.n;  // the scan for magnitudes, and beta
    for (const SingleProduct &single : plan.compiled->singles) {
        bytes += a * static_cast<double>(single.a_blocks.size() + 1) +
                 b * static_cast<double>(single.b_blocks.size() + 1) +
                 c * static_cast<double>(2 * single.c_blocks.size() + 1);
    }
    return bytes;
}

/// The widest breadth-first plan within the limits, else the depth-first one; compiled is null when nothing
/// fits.
Plan fitting_plan(const CompiledScheme &compiled, const Shape &shape, const Options &options, int threads) {
    const double operands =
        static_cast<double>(shape.m * shape.k + shape.k * shape.n + shape.m * shape.n) / 3;
    const double roomy = breadth_first_operands * operands * shape.parts * shape.real_bytes;
    const std::int64_t limit = options.workspace_limit_bytes;
    const bool scaled = options.scaling != Scaling::none;
    for (const int panels : {1, 2, 3, 4, 6, 8}) {
        const Plan plan = make_plan(compiled, shape, Order::breadth_first, panels, threads, scaled);
        // Scratch does not shrink with the panels, so small problems are judged by the limit alone.
        if (plan.workspace_bytes <= limit &&
            (static_cast<double>(plan.workspace_bytes) <= roomy || panels == 8)) {
            return plan;
        }
    }
    const Plan plan = make_plan(compiled, shape, Order::depth_first, 1, threads, scaled);
    return plan.workspace_bytes <= limit ? plan : Plan{};
}

}  // namespace

lai_constraints nested_constraints(std::int32_t thread_budget) {
    lai_constraints constraints{};
    constraints.size = sizeof constraints;
    constraints.accuracy = LAI_ACCURACY_COMPONENTWISE;
    constraints.exclude_plugins = this_plugin;
    constraints.exclude_count = 1;
    constraints.thread_budget = thread_budget;
    return constraints;
}

Choice choose_plan(const CompiledScheme &compiled, const Options &options, const sdk::Host &host,
                   const sdk::Call &call) {
    Choice choice;
    const auto decline = [&](lai_reason reason, const char *note) {
        choice.reason = reason;
        choice.note = note;
        return choice;
    };
    const lai_scalar &alpha = call.raw().scalars[LAI_GEMM_ALPHA];
    if (alpha.re == 0 && alpha.im == 0)  // A and B may not even be there
        return decline(LAI_REASON_SHAPE, "alpha = 0 leaves nothing to multiply");
    const Shape shape = shape_of(call);
    const Scheme &scheme = compiled.scheme;
    if (shape.m < options.min_block * scheme.m || shape.n < options.min_block * scheme.n ||
        shape.k < options.min_block * scheme.k) {
        return decline(LAI_REASON_SHAPE, "blocks would be smaller than min_block");
    }
    if (std::cbrt(static_cast<double>(shape.m) * static_cast<double>(shape.n) *
                  static_cast<double>(shape.k)) < static_cast<double>(options.min_size) - 0.5) {
        return decline(LAI_REASON_SHAPE, "smaller than min_size");
    }
    const int threads = call.threads();
    choice.plan = fitting_plan(compiled, shape, options, threads);
    Plan &plan = choice.plan;
    if (plan.compiled == nullptr)
        return decline(LAI_REASON_HOST_MEMORY, "workspace above workspace_limit_mib");

    price_products(host, call, choice);
    if (!std::isfinite(choice.product_seconds)) {
        return decline(LAI_REASON_QUERY_FAILED, "no conventional gemm takes the base products");
    }
    const double loops = plan.order == Order::breadth_first ? 1.0 + 3.0 * static_cast<double>(plan.panels())
                                                            : 2.0 + 3.0 * scheme.rank;
    const double bandwidth = std::min(bytes_per_second_at_most, threads * bytes_per_second_and_thread);
    const bool reads_c =
        call.raw().scalars[LAI_GEMM_BETA].re != 0 || call.raw().scalars[LAI_GEMM_BETA].im != 0;
    choice.seconds = choice.product_seconds + sweep_bytes(plan, reads_c) / bandwidth +
                     (threads > 1 ? loops * seconds_per_loop : 0);
    return choice;
}

}  // namespace lapack_ai::alpha_gemm
