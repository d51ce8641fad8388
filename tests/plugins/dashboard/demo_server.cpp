// Serves the dashboard of a process in trouble, made up, until its standard input ends; prints the address.
// What a healthy machine does not show: an open breaker, a pool that is nearly full, a call that never ends.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
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
        R"({"devices":[{"plugin":"opencl_gemm","pool_used_bytes":786432,"pool_cached_bytes":131072,"pool_limit_bytes":1048576,"name":"test device"}]})";
    metrics.documents["plugins"] =
        R"({"plugins":[{"id":"cpu_lapack","state":"ready","reason":"","version":"0.1.0","ops":["lai.gemm/1"]}]})";
    metrics.documents["in_flight"] = json({{"in_flight",
                                            {{{"op", "gesvd"},
                                              {"dtype", "d"},
                                              {"dims", {4000, 4000}},
                                              {"batch", 1},
                                              {"backend", "cpu_lapack"},
                                              {"variant", ""},
                                              {"thread", 5},
                                              {"depth", 0},
                                              {"since_ns", test::FakeMetrics::now_ns()},
                                              {"predicted_s", 1.0}}}}})
                                         .dump();
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
    for (std::string line; std::getline(std::cin, line);) continue;
    done = true;
    traffic.join();
}
