// Rates of the OpenCL runtime on the device that is there: products on device memory, batches, transfers, and
// whole products from host to host. Ratios to cuBLAS come from compare_cublas.py beside this file.
//
// usage: bench_opencl [--json] [--repeats R]

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "lapack_ai/opencl_runtime/operation.hpp"
#include "support/figures.hpp"

namespace lapack_ai::bench {
namespace {

using opencl::Operation;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Medians of `repeats` runs after one that warms up.
template <typename Run>
Figure measure(const std::string &name, const std::string &unit, int repeats, double work, Run &&run) {
    std::vector<double> rates;
    run();
    for (int r = 0; r < repeats; ++r) {
        const double start = now();
        run();
        rates.push_back(work / (now() - start));
    }
    Figure figure;
    figure.name = name;
    figure.unit = unit;
    figure.value = median(rates);
    figure.n = repeats;
    figure.low = *std::min_element(rates.begin(), rates.end());
    figure.high = *std::max_element(rates.begin(), rates.end());
    return figure;
}

// Random numbers in [-1/2, 1/2), so that the device meets no favourable bits.
template <typename T>
void fill(T *x, std::size_t count) {
    std::uint64_t state = 88172645463325252u;
    for (std::size_t i = 0; i < count; ++i) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        x[i] = static_cast<T>(static_cast<double>(state >> 11) * 0x1p-53 - 0.5);
    }
}

// Device matrices filled once and used by all products.
class Operands {
  public:
    explicit Operands(std::uint64_t bytes) : bytes_(bytes) {
        const std::uint64_t block = std::min<std::uint64_t>(bytes, 64u << 20);
        std::vector<double> host(block / sizeof(double));
        fill(host.data(), host.size());
        for (void *&x : data_) {
            opencl::require(lai_ocl_alloc(bytes, 0, &x));
            Operation op;
            for (std::uint64_t at = 0; at < bytes; at += block) {
                const std::uint64_t part = std::min(block, bytes - at);
                op.upload(static_cast<char *>(x) + at, part, host.data(), part, part, 1);
            }
            op.wait();
        }
    }
    ~Operands() {
        for (void *x : data_) lai_ocl_release(x);
    }
    Operands(const Operands &) = delete;
    Operands &operator=(const Operands &) = delete;
    void *a() const { return data_[0]; }
    void *b() const { return data_[1]; }
    void *c() const { return data_[2]; }
    std::uint64_t bytes() const { return bytes_; }

  private:
    std::uint64_t bytes_;
    void *data_[3] = {};
};

lai_ocl_gemm_call square(lai_dtype dtype, std::int64_t n, std::int64_t count, const Operands &x) {
    lai_ocl_gemm_call g{};
    g.size = sizeof g;
    g.dtype = dtype;
    g.trans_a = g.trans_b = 'N';
    g.m = g.n = g.k = g.lda = g.ldb = g.ldc = n;
    g.count = count;
    g.stride_a = g.stride_b = g.stride_c = n * n;
    g.alpha.re = 1;
    g.a = x.a(), g.b = x.b(), g.c = x.c();
    return g;
}

void products(std::vector<Figure> &figures, const Operands &x, bool gpu, int repeats) {
    const struct {
        char letter;
        lai_dtype dtype;
        int flops;
    } types[] = {
        {'d', LAI_DTYPE_F64, 2}, {'s', LAI_DTYPE_F32, 2}, {'z', LAI_DTYPE_C64, 8}, {'c', LAI_DTYPE_C32, 8}};
    std::vector<std::int64_t> sizes =
        gpu ? std::vector<std::int64_t>{1024, 2048, 4096, 8192} : std::vector<std::int64_t>{256, 512};
    for (const auto &type : types)
        for (const std::int64_t n : sizes)
            for (const char *trans : {"NN", "NT", "TN", "TT"}) {
                if (type.letter != 'd' && std::strcmp(trans, "NN") != 0) continue;
                if (type.flops == 8 && n == 8192) continue;
                lai_ocl_gemm_call g = square(type.dtype, n, 1, x);
                g.trans_a = trans[0], g.trans_b = trans[1];
                const int inner =
                    gpu ? static_cast<int>(std::max<std::int64_t>(1, 8192 * 8192 / (n * n) / 2)) : 1;
                const double work = 1e-12 * type.flops * double(n) * double(n) * double(n) * inner;
                figures.push_back(measure(std::string(1, type.letter) + "gemm " + trans +
                                              " n=" + std::to_string(n) + ", device-resident",
                                          "TFLOP/s", repeats, work, [&] {
                                              Operation op;
                                              for (int i = 0; i < inner; ++i) op.gemm(g);
                                              op.wait();
                                          }));
            }
}

void batches(std::vector<Figure> &figures, const Operands &x, bool gpu, int repeats) {
    const struct { std::int64_t count, n; } shapes[] = {{10000, 4}, {10000, 16}, {10000, 32}, {1000, 64}};
    for (const auto &shape : shapes) {
        if (!gpu && shape.count * shape.n * shape.n * 8 > std::int64_t(x.bytes())) continue;
        const lai_ocl_gemm_call g = square(LAI_DTYPE_F64, shape.n, shape.count, x);
        const int inner = gpu ? 20 : 1;
        Figure figure =
            measure("dgemm batch " + std::to_string(shape.count) + " of " + std::to_string(shape.n),
                    "products/us", repeats, 1e-6 * double(shape.count) * inner, [&] {
                        Operation op;
                        for (int i = 0; i < inner; ++i) op.gemm(g);
                        op.wait();
                    });
        figures.push_back(figure);
    }
}

// Page-locked host memory.
struct Pinned {
    explicit Pinned(std::uint64_t bytes) : data(lai_ocl_host_alloc(bytes)) {
        if (!data) throw sdk::Failure(LAI_OUT_OF_MEMORY, "no page-locked memory");
    }
    ~Pinned() { lai_ocl_host_free(data); }
    Pinned(const Pinned &) = delete;
    Pinned &operator=(const Pinned &) = delete;
    void *data;
};

void transfers(std::vector<Figure> &figures, const Operands &x, int repeats) {
    const std::uint64_t bytes = x.bytes();
    const Pinned pinned(bytes);
    const std::unique_ptr<char[]> pageable(new char[bytes]);
    std::memset(pinned.data, 1, bytes);
    std::memset(pageable.get(), 1, bytes);
    for (const bool lock : {true, false})
        for (const bool up : {true, false})
            figures.push_back(
                measure(std::string(lock ? "pinned " : "pageable ") + (up ? "to device" : "to host"), "GB/s",
                        repeats, 1e-9 * double(bytes), [&] {
                            Operation op;
                            void *host = lock ? pinned.data : pageable.get();
                            if (up)
                                op.upload(x.a(), bytes, host, bytes, bytes, 1, lock);
                            else
                                op.download(host, bytes, x.a(), bytes, bytes, 1, lock);
                            op.wait();
                        }));
}

// A product whose operands come from and go to the host, beside the sum of its transfers and its compute
// time.
void host_to_host(std::vector<Figure> &figures, const Operands &x, std::int64_t n, int repeats) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(n * n) * 8;
    const Pinned a(bytes), b(bytes), c(bytes);
    const std::unique_ptr<double[]> pa(new double[bytes / 8]), pb(new double[bytes / 8]),
        pc(new double[bytes / 8]());
    fill(pa.get(), bytes / 8);
    fill(pb.get(), bytes / 8);
    std::memcpy(a.data, pa.get(), bytes);
    std::memcpy(b.data, pb.get(), bytes);
    const lai_ocl_gemm_call g = square(LAI_DTYPE_F64, n, 1, x);
    const auto seconds_of = [&](auto &&run) {
        run();
        std::vector<double> seconds;
        for (int r = 0; r < repeats; ++r) {
            const double start = now();
            run();
            seconds.push_back(now() - start);
        }
        return median(seconds);
    };
    const double compute = seconds_of([&] {
        Operation op;
        op.gemm(g);
        op.wait();
    });
    const double transfer = seconds_of([&] {
        Operation op;
        op.upload(x.a(), bytes, a.data, bytes, bytes, 1, true);
        op.upload(x.b(), bytes, b.data, bytes, bytes, 1, true);
        op.wait();
        op.download(c.data, bytes, x.c(), bytes, bytes, 1, true);
    });
    for (const bool lock : {true, false}) {
        const double whole = seconds_of([&] {
            Operation op;
            op.upload(x.a(), bytes, lock ? a.data : pa.get(), bytes, bytes, 1, lock);
            op.upload(x.b(), bytes, lock ? b.data : pb.get(), bytes, bytes, 1, lock);
            op.gemm(g);
            op.download(lock ? c.data : pc.get(), bytes, x.c(), bytes, bytes, 1, lock);
        });
        Figure figure;
        figure.name =
            std::string("dgemm n=") + std::to_string(n) + " host to host, " + (lock ? "pinned" : "pageable");
        figure.unit = "x";
        figure.baseline = "pinned transfer + compute";
        figure.value = whole / (compute + transfer);
        figure.relation = "<=";
        if (lock) figure.target = 1.15;
        figure.n = repeats;
        figures.push_back(figure);
    }
}

int run(int argc, char **argv) {
    bool json = false;
    int repeats = 7;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--json") == 0)
            json = true;
        else if (std::strcmp(argv[i], "--repeats") == 0 && i + 1 < argc)
            repeats = std::max(1, std::atoi(argv[++i]));
        else
            return std::cerr << "usage: bench_opencl [--json] [--repeats R]\n", 2;
    }
    std::vector<Figure> figures;
    char reason[512] = "";
    if (lai_ocl_open(nullptr, reason, sizeof reason) != LAI_OK) {
        for (const char *name :
             {"dgemm, device-resident", "dgemm batch", "transfers", "dgemm host to host"}) {
            Figure figure;
            figure.name = name;
            figure.unit = "TFLOP/s";
            figure.reason = reason;
            figures.push_back(figure);
        }
        print_figures(figures, json);
        return 0;
    }
    lai_ocl_device device{};
    device.size = sizeof device;
    opencl::require(lai_ocl_device_info(&device));
    const bool gpu = device.type == LAI_OCL_DEVICE_GPU;
    if (!json)
        std::cout << device.name << ", driver " << device.driver << ", " << device.compute_units
                  << " compute units, features " << device.features << "\n";
    {
        const Operands x(gpu ? std::uint64_t{8192} * 8192 * 8 : std::uint64_t{1} << 24);
        products(figures, x, gpu, repeats);
        batches(figures, x, gpu, repeats);
        transfers(figures, x, repeats);
        host_to_host(figures, x, gpu ? 8192 : 512, repeats);
    }
    print_figures(figures, json);
    lai_ocl_close();
    return 0;
}

}  // namespace
}  // namespace lapack_ai::bench

int main(int argc, char **argv) {
    try {
        return lapack_ai::bench::run(argc, argv);
    } catch (const std::exception &error) {
        std::cerr << "bench_opencl: " << error.what() << "\n";
        return 1;
    }
}
