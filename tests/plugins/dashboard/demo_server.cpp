// Serves the dashboard over made-up traffic until its standard input ends; prints the address. A line "mark
// N" on standard input makes one call of dimension N at once and answers with its end on the system clock, so
// that a browser test can measure the way from the end of an operation to the screen.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>

#include "fake_metrics.hpp"
#include "server.hpp"

int main() {
    using namespace lapack_ai;
    using nlohmann::json;
    test::FakeMetrics metrics;
    json backends = json::array();
    for (const auto &[name, rate, start] :
         {std::tuple{"cpu_lapack", 8e10, 2e-6}, {"opencl_gemm", 4e13, 3e-4}}) {
        json measured = json::array(), predicted = json::array();
        for (double n = 32; n <= 4096; n *= 2) {
            const double flops = 2 * n * n * n;
            measured.push_back({flops, start + 1.07 * flops / rate});
            predicted.push_back({flops, start + flops / rate});
        }
        backends.push_back({{"backend", name}, {"measured", measured}, {"predicted", predicted}});
    }
    metrics.documents["crossover"] =
        json({{"ops",
               {{{"op", "gemm"},
                 {"dtype", "d"},
                 {"backends", backends},
                 {"crossovers", {{{"flops", 2.4e7}, {"from", "cpu_lapack"}, {"to", "opencl_gemm"}}}}}}}})
            .dump();
    metrics.documents["breakers"] =
        R"({"breakers":[{"backend":"opencl_gemm","variant":"","device":"opencl:0","state":"OPEN","failures":5,"open_s_left":120}]})";
    metrics.documents["devices"] =
        R"({"devices":[{"plugin":"opencl_gemm","pool_used_bytes":1048576,"name":"test device"}]})";
    metrics.documents["plugins"] =
        R"({"plugins":[{"id":"cpu_lapack","state":"ready","reason":"","version":"0.1.0","ops":["lai.gemm/1"]}]})";
    dashboard::Options options;
    options.port = 0;
    const auto source = dashboard::live_source(*metrics.host(), metrics.metrics());
    dashboard::Server server(options, *source, *metrics.host());
    std::cout << server.url() << std::endl;
    std::atomic<bool> done{false};
    std::thread traffic([&] {
        for (unsigned i = 0; !done; ++i) {
            const std::int64_t n = 32 << (i % 6);
            metrics.call(i % 3, i % 2, n, 1e-6 * static_cast<double>(n), 1 + i % 4);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    });
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string word;
        std::int64_t n = 0;
        if (words >> word >> n && word == "mark") {
            metrics.call(1, 0, n, 1e-3, 1);
            std::cout << std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count()
                      << std::endl;
        }
    }
    done = true;
    traffic.join();
}
