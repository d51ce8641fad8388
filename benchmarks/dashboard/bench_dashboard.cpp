// The endpoint under its full load, over loopback: how late frames reach 16 clients at 10 Hz, what the 17th
// and plain requests get meanwhile, how soon a client that reads nothing is dropped and what others feel of
// it, how long stopping takes. Clients and server share the machine. Usage: bench_dashboard [--json]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "live_host.hpp"
#include "metrics/metrics_recorder.hpp"
#include "raw_client.hpp"
#include "server.hpp"
#include "support/figures.hpp"

namespace {

using namespace lapack_ai;
using namespace std::chrono_literals;
using test::RawClient;
using Clock = std::chrono::steady_clock;

constexpr int most_clients = 16, calls_a_second = 2000;
constexpr auto measured_for = 10s;

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double quantile(std::vector<double> values, double q) {
    if (values.empty()) return -1;
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

// Calls that end at an even rate, as long as it lives.
class Load {
  public:
    Load() {
        thread_ = std::thread([this] {
            const std::uint32_t variant = core::process_recorder().variant("cpu_lapack", "", "cpu");
            for (auto next = Clock::now(); !done_; std::this_thread::sleep_until(next += 10ms))
                for (int i = 0; i < calls_a_second / 100; ++i) {
                    lai_event event{};
                    event.size = sizeof event;
                    event.op = 1;
                    event.dtype = LAI_DTYPE_F64;
                    event.variant = variant;
                    event.dims[0] = event.dims[1] = event.dims[2] = 64;
                    event.actual_seconds = 1e-5;
                    event.end_ns = core::now_ns();
                    core::process_recorder().call(event);
                }
        });
    }
    ~Load() {
        done_ = true;
        thread_.join();
    }

  private:
    std::atomic<bool> done_{false};
    std::thread thread_;
};

struct Endpoint {
    explicit Endpoint(int clients) {
        options.port = 0;
        options.max_clients = clients;
        server = std::make_unique<dashboard::Server>(options, *source, live.host());
        port = std::stoi(server->url().substr(server->url().rfind(':') + 1));
        name = "127.0.0.1:" + std::to_string(port);
    }
    int upgrade(RawClient &client) const { return client.upgrade(name, "http://" + name); }

    test::LiveHost live;
    dashboard::Options options;
    std::unique_ptr<dashboard::Source> source = dashboard::live_source(live.host(), live.metrics());
    std::unique_ptr<dashboard::Server> server;
    int port = 0;
    std::string name;
};

// Milliseconds from the making of each `events` frame to its arrival, at 10 Hz.
std::vector<double> delays(RawClient &client, Clock::duration duration) {
    client.send_frame(1, R"({"type":"interval","interval_ms":100})");
    std::vector<double> result;
    for (const auto end = Clock::now() + duration; Clock::now() < end;) {
        const std::string frame = client.text_frame(2s);
        const std::uint64_t now = core::now_ns();
        if (frame.empty()) break;
        if (!frame.starts_with(R"({"type":"events")")) continue;
        const std::size_t at = frame.find("\"time_ns\":");
        result.push_back(static_cast<double>(now - std::stoull(frame.substr(at + 10))) * 1e-6);
    }
    return result;
}

bench::Figure figure(const char *name, double value, const char *unit, double target, long n) {
    return {name, value, unit, target, "<=", "", n, 0, 0, ""};
}

void full_house(std::vector<bench::Figure> &figures) {
    Endpoint endpoint(most_clients);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < most_clients; ++i) {
        clients.push_back(std::make_unique<RawClient>(endpoint.port));
        if (endpoint.upgrade(*clients.back()) != 101) throw std::runtime_error("a client was refused");
    }
    std::vector<std::vector<double>> all(clients.size());
    std::vector<std::thread> readers;
    for (std::size_t i = 0; i < clients.size(); ++i)
        readers.emplace_back([&, i] { all[i] = delays(*clients[i], measured_for); });

    std::vector<double> answers;
    double refused = 0;
    for (int i = 0; i < 50; ++i) {
        std::this_thread::sleep_for(100ms);
        RawClient one_more(endpoint.port);
        if (endpoint.upgrade(one_more) == 503) ++refused;
        const auto begin = Clock::now();
        RawClient plain(endpoint.port);
        plain.send("GET /api/v1/snapshot HTTP/1.1\r\nHost: " + endpoint.name +
                   "\r\nConnection: close\r\n\r\n");
        plain.receive("\r\n\r\n{", 5s);
        answers.push_back(ms_since(begin));
    }
    for (std::thread &reader : readers) reader.join();
    std::vector<double> joined;
    for (const auto &one : all) joined.insert(joined.end(), one.begin(), one.end());
    const auto frames = static_cast<long>(joined.size());
    figures.push_back(figure("frame_delay_16_clients_10hz_p50_ms", quantile(joined, 0.5), "ms", 25, frames));
    figures.push_back(figure("frame_delay_16_clients_10hz_p99_ms", quantile(joined, 0.99), "ms", 25, frames));
    bench::Figure turned_away = figure("seventeenth_client_got_503", refused / 50, "of all tries", 1, 50);
    turned_away.relation = ">=";
    figures.push_back(turned_away);
    figures.push_back(figure("http_answer_when_full_p99_ms", quantile(answers, 0.99), "ms", 100, 50));

    const auto begin = Clock::now();
    endpoint.server.reset();
    figures.push_back(figure("stop_with_16_clients_ms", ms_since(begin), "ms", 1000, 1));
}

void one_stalls(std::vector<bench::Figure> &figures) {
    Endpoint endpoint(2);
    RawClient stalled(endpoint.port, 4096), healthy(endpoint.port);
    const auto begin = Clock::now();
    if (endpoint.upgrade(stalled) != 101 || endpoint.upgrade(healthy) != 101)
        throw std::runtime_error("a client was refused");
    std::vector<double> seen;
    std::thread reader([&] { seen = delays(healthy, 8s); });
    // Its place comes free when it is dropped.
    int status = 503;
    while (status != 101 && ms_since(begin) < 20000) {
        std::this_thread::sleep_for(20ms);
        RawClient next(endpoint.port);
        status = endpoint.upgrade(next);
    }
    const double dropped = ms_since(begin);
    reader.join();
    figures.push_back(figure("stalled_client_dropped_after_s", dropped / 1e3, "s", 5, 1));
    figures.push_back(figure("healthy_client_beside_it_p99_ms", quantile(seen, 0.99), "ms", 5,
                             static_cast<long>(seen.size())));
}

}  // namespace

int main(int argc, char **argv) {
    const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
    const Load load;
    std::vector<bench::Figure> figures;
    full_house(figures);
    one_stalls(figures);
    return bench::print_figures(figures, json) ? 0 : 1;
}
