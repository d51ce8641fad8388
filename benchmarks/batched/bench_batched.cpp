// Batches of small products: the xsmm_gemm example against cpu_lapack's gemm_batch with equal threads,
// interleaved, medians of ratios; and which of them the dispatcher takes by itself.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "lapack_ai/lapack_ai.h"
#include "support/figures.hpp"

namespace {

using namespace lapack_ai;

struct Batch {
    Batch(std::int64_t n, std::int64_t count)
        : size(n), items(count), A(static_cast<std::size_t>(n * n * count), 1.25), B(A), C(A) {}

    // Seconds of the call on `backend` (null: the dispatcher's choice); negative when it fails.
    double run(lai_context *context, const char *backend) {
        const std::int64_t dims[] = {size, size, size}, strides[] = {size * size, size * size, size * size};
        const lai_scalar scalars[] = {{1, 0}, {0, 0}};
        void *operands[] = {A.data(), B.data(), C.data()};
        lai_request request{};
        request.size = sizeof request;
        request.layout = LAI_LAYOUT_COL;
        request.op = "gemm_batch";
        request.dtype = LAI_DTYPE_F64;
        request.dims = dims;
        request.scalars = scalars;
        request.operands = operands;
        request.strides = strides;
        request.batch = items;
        request.dim_count = 3;
        request.scalar_count = 2;
        request.operand_count = 3;
        lai_call_options options{};
        options.size = sizeof options;
        options.backend = backend;
        options.threads = 2;
        const auto begin = std::chrono::steady_clock::now();
        const std::int64_t info = lai_execute(context, &request, &options);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        return info == 0 ? took.count() : -1;
    }

    std::int64_t size, items;
    std::vector<double> A, B, C;
};

void measure(lai_context *context, std::int64_t n, std::vector<bench::Figure> &figures) {
    constexpr std::int64_t items = 10000;
    Batch batch(n, items);
    std::vector<double> ratios;
    for (int round = 0; round < 16; ++round) {
        const double baseline = batch.run(context, "cpu_lapack"), xsmm = batch.run(context, "xsmm_gemm");
        if (baseline > 0 && xsmm > 0 && round > 0) ratios.push_back(baseline / xsmm);
    }
    bench::Figure figure;
    figure.name =
        "gemm_batch " + std::to_string(n) + "x" + std::to_string(n) + " x 10000, d, 2 threads: xsmm_gemm";
    figure.unit = "x";
    figure.target = 2;
    figure.baseline = "cpu_lapack";
    figure.n = static_cast<long>(ratios.size());
    if (ratios.empty()) {
        figure.reason = lai_last_error();
    } else {
        figure.value = bench::median(ratios);
        figure.low = *std::min_element(ratios.begin(), ratios.end());
        figure.high = *std::max_element(ratios.begin(), ratios.end());
    }
    figures.push_back(figure);

    bench::Figure choice;
    choice.name = figure.name + " is the dispatcher's choice";
    choice.unit = "1: yes";
    choice.target = 1;
    choice.baseline = batch.run(context, nullptr) > 0 ? lai_last_report()->backend : lai_last_error();
    choice.value = choice.baseline == "xsmm_gemm" ? 1 : 0;
    choice.n = 1;
    figures.push_back(choice);
}

}  // namespace

int main(int argc, char **argv) {
    const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
    const lai_override plugin = {sizeof plugin, 0, "plugin_files", "[" XSMM_PLUGIN "]", "bench_batched"};
    lai_context_options options{};
    options.size = sizeof options;
    options.overrides = &plugin;
    options.override_count = 1;
    lai_context *context = nullptr;
    if (lai_context_create(&options, &context) != 0) {
        std::fprintf(stderr, "%s\n", lai_last_error());
        return 1;
    }
    std::vector<bench::Figure> figures;
    for (const std::int64_t n : {8, 16, 32}) measure(context, n, figures);
    lai_context_destroy(context);
    bench::print_figures(figures, json);
    return 0;
}
