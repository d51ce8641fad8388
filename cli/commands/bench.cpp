// lapack-ai bench gemm: every scheme of alpha_gemm, and every other backend, against one that is named, on
// this machine: interleaved calls as any program would make them, medians, errors, a picture.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <thread>
#include <utility>

#include "call.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "line_plot.hpp"
#include "operands.hpp"
#include "text.hpp"

namespace lapack_ai::cli {

namespace {

using nlohmann::json;

struct Options {
    std::string sizes = "512,1024,1536,2048", schemes = "all", against = "cpu_lapack", dtype, svg, error_svg;
    std::int64_t repeats = 3;
    bool on_device = false;
};

// A candidate predicted to take more than this many times the reference is named but not measured.
constexpr double hopeless = 4;

struct Row {
    std::string name;  // "alpha_gemm/4x4x4:48", "opencl_gemm"
    std::vector<double> ratios;
    double seconds = 0, frobenius = 0, largest = 0, workspace = 0;
};

std::vector<std::int64_t> sizes_of(const std::string &text) {
    std::vector<std::int64_t> sizes;
    std::istringstream list(text);
    for (std::string word; std::getline(list, word, ',');) {
        char *end = nullptr;
        const long long n = std::strtoll(word.c_str(), &end, 10);
        if (word.empty() || *end != '\0' || n < 1 || n > 100000)
            throw Failure(ExitCode::usage,
                          "--sizes '" + text + "': must be sizes such as 1024,2048, each in 1..100000");
        sizes.push_back(n);
    }
    if (sizes.empty()) throw Failure(ExitCode::usage, "--sizes: must name at least one size");
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

double median(std::vector<double> values) {
    const std::size_t middle = values.size() / 2;
    std::sort(values.begin(), values.end());
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Matrix random_matrix(lai_dtype dtype, std::int64_t n, std::uint64_t seed) {
    Matrix A(dtype, n, n);
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    const std::int64_t reals = n * n * (is_complex(dtype) ? 2 : 1);
    for (std::int64_t i = 0; i < reals; ++i) {
        if (is_single(dtype))
            reinterpret_cast<float *>(A.data())[i] = static_cast<float>(uniform(generator));
        else
            reinterpret_cast<double *>(A.data())[i] = uniform(generator);
    }
    return A;
}

// A matrix of the host, or of the first device.
class Place {
  public:
    Place(Session &session, Matrix matrix, bool on_device) : matrix_(std::move(matrix)) {
        if (!on_device) return;
        device_.size = sizeof device_;
        check(lai_device_create(session.context(), nullptr, matrix_.dtype(), matrix_.rows(), matrix_.cols(),
                                &device_));
        check(lai_device_upload(&device_, LAI_LAYOUT_COL, matrix_.data(), matrix_.ld()));
    }
    ~Place() {
        if (device_.data != nullptr) lai_device_release(&device_);
    }
    Place(const Place &) = delete;
    Place &operator=(const Place &) = delete;

    void *data() { return device_.data != nullptr ? device_.data : matrix_.data(); }
    std::int64_t ld() const { return device_.data != nullptr ? device_.ld : matrix_.ld(); }
    const Matrix &matrix() const { return matrix_; }
    // Brings a device matrix's elements to the host.
    void fetch() {
        if (device_.data != nullptr)
            check(lai_device_download(&device_, LAI_LAYOUT_COL, matrix_.data(), matrix_.ld()));
    }

  private:
    Matrix matrix_;
    lai_device_matrix device_{};
};

// The products of one size: the same operands for all, one result for the reference and one for the others.
class Products {
  public:
    Products(Session &session, lai_dtype dtype, std::int64_t n, bool on_device)
        : session_(session),
          dtype_(dtype),
          n_(n),
          A_(session, random_matrix(dtype, n, 1), on_device),
          B_(session, random_matrix(dtype, n, 2), on_device),
          reference_(session, Matrix(dtype, n, n), on_device),
          other_(session, Matrix(dtype, n, n), on_device) {}

    json ranking() {
        session_.force_backend("");
        return json::parse(call(other_).explain(session_, LAI_FORMAT_JSON));
    }

    double run_reference(const std::string &backend) { return run(backend, reference_); }
    double run_other(Row &row) { return run(row.name, other_, &row); }

    // Frobenius norm of the difference over that of the reference, and the largest entry of the difference in
    // u n max|A| max|B|, the maxima being 1.
    void compare(Row &row) {
        reference_.fetch();
        other_.fetch();
        const std::int64_t reals = n_ * n_ * (is_complex(dtype_) ? 2 : 1);
        double error2 = 0, norm2 = 0, largest = 0;
        for (std::int64_t i = 0; i < reals; ++i) {
            const double x = real(other_.matrix(), i), y = real(reference_.matrix(), i);
            error2 += (x - y) * (x - y);
            norm2 += y * y;
            largest = std::max(largest, std::abs(x - y));
        }
        const double u = is_single(dtype_) ? std::numeric_limits<float>::epsilon() / 2
                                           : std::numeric_limits<double>::epsilon() / 2;
        row.frobenius = std::sqrt(error2 / norm2);
        row.largest = largest / (u * static_cast<double>(n_));
    }

    double flops() const { return (is_complex(dtype_) ? 8.0 : 2.0) * std::pow(static_cast<double>(n_), 3); }
    double operand_bytes() const { return static_cast<double>(A_.matrix().bytes()); }

  private:
    static double real(const Matrix &A, std::int64_t i) {
        return is_single(A.dtype()) ? static_cast<double>(reinterpret_cast<const float *>(A.data())[i])
                                    : reinterpret_cast<const double *>(A.data())[i];
    }

    Call call(Place &C) {
        Call call("gemm", dtype_);
        call.dims({n_, n_, n_}).flags("NN").scalars({{1, 0}, {0, 0}});
        for (Place *place : {&A_, &B_, &C}) call.operand(place->data(), place->ld());
        return call;
    }

    double run(const std::string &backend, Place &C, Row *row = nullptr) {
        // Threads of an OpenMP library spin for some milliseconds after each region, on the processors that
        // the next one needs.
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        session_.force_backend(backend);
        const auto begin = std::chrono::steady_clock::now();
        call(C).run(session_, false);
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
        if (row != nullptr)
            row->workspace = static_cast<double>(
                std::max(lai_last_report()->host_bytes, lai_last_report()->device_peak_bytes));
        return elapsed.count();
    }

    Session &session_;
    lai_dtype dtype_;
    std::int64_t n_;
    Place A_, B_, reference_, other_;
};

struct Measured {
    std::int64_t n = 0;
    double reference_seconds = 0, flops = 0, operand_bytes = 0;
    std::vector<Row> rows;
    std::vector<std::string> left_out;
};

// Which candidates of the ranking to measure beside the reference.
void choose_rows(const json &ranking, const Options &options, Measured &size) {
    double reference = HUGE_VAL;
    for (const json &one : ranking["candidates"]) {
        const double predicted = number_or(one, "predicted_seconds", 0);
        if (one.value("backend", "") == options.against && predicted > 0)
            reference = std::min(reference, predicted);
    }
    if (!std::isfinite(reference))
        throw Failure(ExitCode::no_backend, "--against '" + options.against + "': cannot multiply " +
                                                std::to_string(size.n) + " x " + std::to_string(size.n) +
                                                " matrices here; see lapack-ai explain gemm");
    for (const json &one : ranking["candidates"]) {
        const std::string backend = one.value("backend", ""), variant = string_or_empty(one, "variant");
        const double predicted = number_or(one, "predicted_seconds", 0);
        if (backend == options.against) continue;
        Row row;
        row.name = backend + (variant.empty() ? "" : "/" + variant);
        const std::string reason = string_or_empty(one, "reason");
        if (predicted <= 0 || (reason != "CHOSEN" && reason != "SLOWER")) {
            size.left_out.push_back(row.name + " (" + reason + ")");
        } else if (predicted > hopeless * reference) {
            size.left_out.push_back(
                fmt::format("{} (predicted {:.0f} times slower)", row.name, predicted / reference));
        } else {
            size.rows.push_back(std::move(row));
        }
    }
}

Measured measure(Session &session, lai_dtype dtype, std::int64_t n, const Options &options) {
    Products products(session, dtype, n, options.on_device);
    Measured size;
    size.n = n;
    size.flops = products.flops();
    size.operand_bytes = products.operand_bytes();
    choose_rows(products.ranking(), options, size);
    std::vector<double> reference;
    products.run_reference(options.against);
    for (Row &row : size.rows) {
        products.run_other(row);  // the first call takes memory and learns
        products.compare(row);
    }
    // Small products get more samples.
    const std::int64_t rounds = options.repeats * std::clamp<std::int64_t>(1024 * 1024 / (n * n), 1, 8);
    for (std::int64_t round = 0; round < rounds; ++round) {
        for (Row &row : size.rows) {
            const double before = products.run_reference(options.against), taken = products.run_other(row);
            reference.push_back(before);
            row.ratios.push_back(before / taken);
        }
    }
    size.reference_seconds = reference.empty() ? products.run_reference(options.against) : median(reference);
    for (Row &row : size.rows) row.seconds = size.reference_seconds / median(row.ratios);
    std::sort(size.rows.begin(), size.rows.end(),
              [](const Row &a, const Row &b) { return a.seconds < b.seconds; });
    return size;
}

void print(const Measured &size, const std::string &against) {
    std::printf("\nn = %lld   %s %.2f GFLOP/s, %s\n", static_cast<long long>(size.n), against.c_str(),
                size.flops / size.reference_seconds / 1e9, seconds_text(size.reference_seconds).c_str());
    std::printf("  %-36s %7s %15s %9s %10s %10s %10s\n", "", "ratio", "range", "GFLOP/s", "|dC|/|C|",
                "max, u n", "memory/A");
    for (const Row &row : size.rows) {
        const auto [low, high] = std::minmax_element(row.ratios.begin(), row.ratios.end());
        std::printf("  %-36s %7.3f %7.3f-%-7.3f %9.2f %10.1e %10.2f %10.2f\n", row.name.c_str(),
                    median(row.ratios), *low, *high, size.flops / row.seconds / 1e9, row.frobenius,
                    row.largest, row.workspace / size.operand_bytes);
    }
    if (!size.left_out.empty()) {
        std::string list;
        for (const std::string &name : size.left_out) list += (list.empty() ? "" : ", ") + name;
        std::printf("  not measured: %s\n", list.c_str());
    }
}

json as_json(const Measured &size) {
    json rows = json::array();
    for (const Row &row : size.rows)
        rows.push_back({{"name", row.name},
                        {"ratio", median(row.ratios)},
                        {"ratios", row.ratios},
                        {"seconds", row.seconds},
                        {"frobenius_error", row.frobenius},
                        {"max_error_u_n", row.largest},
                        {"workspace_bytes", row.workspace}});
    return {{"n", size.n},
            {"reference_seconds", size.reference_seconds},
            {"flops", size.flops},
            {"rows", rows},
            {"left_out", size.left_out}};
}

void draw(const std::string &file, const char *option, const std::string &title, const std::string &label,
          const std::vector<Measured> &sizes, double (*value)(const Row &), bool log_y) {
    if (file.empty()) return;
    std::map<std::string, std::vector<std::pair<double, double>>> points;
    for (const Measured &size : sizes)
        for (const Row &row : size.rows)
            points[row.name].emplace_back(static_cast<double>(size.n), value(row));
    std::vector<LineSeries> series;
    for (auto &[name, list] : points) series.push_back({name, std::move(list)});
    std::ofstream stream(file);
    stream << line_plot_svg(title, "n (m = n = k)", label, series, 1.0, log_y);
    if (!stream.flush())
        throw Failure(ExitCode::bad_input, std::string(option) + " '" + file + "': cannot be written");
}

ExitCode run(Session &session, const Options &options) {
    const std::vector<std::int64_t> sizes = sizes_of(options.sizes);
    if (options.repeats < 1 || options.repeats > 1000)
        throw Failure(ExitCode::usage,
                      "--repeats " + std::to_string(options.repeats) + ": must be in 1..1000");
    session.set("plugins.alpha_gemm.scheme", "'" + options.schemes + "'", "--schemes");
    // Below the sizes at which the plugin offers itself, to show why it does not.
    session.set("plugins.alpha_gemm.min_block", "128", "bench");
    session.set("plugins.alpha_gemm.min_size", "256", "bench");
    session.set("plugins.opencl_alpha_gemm.min_block", "512", "bench");
    const lai_dtype dtype = dtype_of_word(options.dtype, LAI_DTYPE_F64);
    std::vector<Measured> all;
    for (const std::int64_t n : sizes) {
        all.push_back(measure(session, dtype, n, options));
        if (!session.json()) print(all.back(), options.against);
    }
    const auto ratio = [](const Row &row) { return median(row.ratios); };
    const auto error = [](const Row &row) { return std::max(row.largest, 1e-3); };
    draw(options.svg, "--svg", "Time of " + options.against + " over time of the other", "ratio", all, ratio,
         false);
    draw(options.error_svg, "--error-svg", "max |dC| over u n max|A| max|B|, entries uniform in (-1, 1)",
         "units", all, error, true);
    if (session.json()) {
        json document = {
            {"op", "gemm"}, {"dtype", std::string(1, dtype_letter(dtype))}, {"against", options.against}};
        for (const Measured &size : all) document["sizes"].push_back(as_json(size));
        std::printf("%s\n", document.dump(2).c_str());
    }
    return ExitCode::ok;
}

}  // namespace

void add_bench_command(Arguments &root, Session &session) {
    const auto options = std::make_shared<Options>();
    Arguments bench = root.command("bench", "Compare the backends on this machine, call by call");
    Arguments gemm = bench.command(
        "gemm", "Matrix products: every scheme and backend against one, as a table and a picture");
    gemm.option("--sizes", options->sizes, "n of the n x n matrices (default 512,1024,1536,2048)");
    gemm.option("--schemes", options->schemes, "schemes of alpha_gemm: all (default), auto, or one name");
    gemm.option("--against", options->against, "the backend to compare with (default cpu_lapack)");
    gemm.option("--repeats", options->repeats, "pairs of calls at the largest sizes (default 3)");
    gemm.option("--svg", options->svg, "write a picture of the ratios");
    gemm.option("--error-svg", options->error_svg, "write a picture of the errors");
    gemm.flag("--on-device", options->on_device,
              "matrices live on the first device (then --against opencl_gemm)");
    declare_dtype(gemm, options->dtype);
    gemm.run([options, &session] { return run(session, *options); });
}

}  // namespace lapack_ai::cli
