// Hours in minutes: calls, clients that come and go, readers of every document, and hostile requests, all at
// once; memory must not grow once everything has been there. Its own label: usage soak [SECONDS], default
// 600.
#include <malloc.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "live_host.hpp"
#include "metrics/metrics_recorder.hpp"
#include "raw_client.hpp"
#include "server.hpp"

namespace {

using namespace lapack_ai;
using namespace std::chrono_literals;
using test::RawClient;
using test::status_of;
using Clock = std::chrono::steady_clock;

constexpr double allowed_growth = 0.10;

struct Endpoint {
    test::LiveHost live;
    std::unique_ptr<dashboard::Source> source = dashboard::live_source(live.host(), live.metrics());
    std::unique_ptr<dashboard::Server> server;
    int port = 0;
    std::string name;

    Endpoint() {
        dashboard::Options options;
        options.port = 0;
        server = std::make_unique<dashboard::Server>(options, *source, live.host());
        port = std::stoi(server->url().substr(server->url().rfind(':') + 1));
        name = "127.0.0.1:" + std::to_string(port);
    }
};

std::atomic<bool> done{false};
std::atomic<long> calls{0}, documents{0}, streams{0}, attacks{0}, wrong{0};

void record() {
    const std::uint32_t variant = core::process_recorder().variant("cpu_lapack", "", "cpu");
    for (std::uint32_t i = 0; !done; ++i) {
        lai_event event{};
        event.size = sizeof event;
        event.op = i % 19 + 1;
        event.dtype = LAI_DTYPE_F64;
        event.variant = variant;
        event.fallbacks = i % 50 == 0;
        event.actual_seconds = 1e-5;
        event.end_ns = core::now_ns();
        core::process_recorder().call(event);
        ++calls;
        if (i % 20 == 0) std::this_thread::sleep_for(10ms);
    }
}

void read_documents(const Endpoint &endpoint) {
    const char *paths[] = {"/",        "/assets/main.js",    "/api/v1/snapshot",   "/api/v1/decisions",
                           "/metrics", "/api/v1/export.csv", "/api/v1/trace.json", "/readyz"};
    for (std::size_t i = 0; !done; ++i) {
        if (status_of(endpoint.port, std::string("GET ") + paths[i % std::size(paths)] +
                                         " HTTP/1.1\r\nHost: " + endpoint.name +
                                         "\r\nConnection: close\r\n\r\n") != 200)
            ++wrong;
        ++documents;
        std::this_thread::sleep_for(50ms);
    }
}

// Comes, reads a while, goes: politely, in the middle of a frame, or by falling silent.
void stream(const Endpoint &endpoint, unsigned seed) {
    std::mt19937 random(seed);
    while (!done) {
        RawClient client(endpoint.port, random() % 4 == 0 ? 4096 : 0);
        if (client.upgrade(endpoint.name, "http://" + endpoint.name) != 101) ++wrong;
        ++streams;
        client.send_frame(1, R"({"type":"interval","interval_ms":100})");
        const bool silent = random() % 4 == 0;
        const auto leave = Clock::now() + std::chrono::milliseconds(random() % 6000);
        while (!done && Clock::now() < leave)
            if (silent)
                std::this_thread::sleep_for(100ms);
            else
                client.text_frame(200ms);
        if (random() % 2 == 0) client.send_frame(8, "");
    }
}

void attack(const Endpoint &endpoint) {
    const std::string host = "Host: " + endpoint.name + "\r\n";
    const std::string requests[] = {
        "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + host + "\r\n",
        "GET /assets/main.js%00 HTTP/1.1\r\n" + host + "\r\n",
        "GET / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\n" + host + "X: " + std::string(20000, 'a') + "\r\n\r\n",
        "POST /api/v1/session HTTP/1.1\r\n" + host + "Content-Length: 999999999\r\n\r\n",
        "GET /ws HTTP/1.1\r\n" + host + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "\x16\x03\x01\x02",
        std::string(3000, '\0'),
    };
    for (std::size_t i = 0; !done; ++i) {
        RawClient client(endpoint.port);
        client.send(requests[i % std::size(requests)]);
        if (i % 3 != 0) client.receive("\r\n\r\n", 200ms);
        ++attacks;
        std::this_thread::sleep_for(20ms);
    }
}

std::size_t heap_bytes() {
    malloc_trim(0);
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

// The least of some seconds: what is always there, without documents in the making.
std::size_t settled_heap() {
    std::size_t least = heap_bytes();
    for (int i = 0; i < 100; ++i) {
        std::this_thread::sleep_for(100ms);
        least = std::min(least, heap_bytes());
    }
    return least;
}

}  // namespace

int main(int argc, char **argv) {
    const double seconds = argc > 1 ? std::atof(argv[1]) : 600;
    Endpoint endpoint;
    std::vector<std::thread> threads;
    threads.emplace_back(record);
    threads.emplace_back([&] { read_documents(endpoint); });
    for (unsigned i = 0; i < 4; ++i) threads.emplace_back([&, i] { stream(endpoint, i + 1); });
    threads.emplace_back([&] { attack(endpoint); });

    // Warm: both logs are full, each kind of client has come and gone.
    const auto begin = Clock::now();
    while (calls < 30000 || Clock::now() - begin < 20s) std::this_thread::sleep_for(100ms);
    const std::size_t before = settled_heap();
    std::this_thread::sleep_until(begin + std::chrono::duration<double>(seconds));
    const std::size_t after = settled_heap();
    done = true;
    for (std::thread &thread : threads) thread.join();
    endpoint.server.reset();

    const double growth = static_cast<double>(after) / static_cast<double>(before) - 1;
    std::printf("%.0f s: %ld calls, %ld documents, %ld streams, %ld hostile requests, %ld wrong answers\n",
                std::chrono::duration<double>(Clock::now() - begin).count(), calls.load(), documents.load(),
                streams.load(), attacks.load(), wrong.load());
    std::printf("heap %.2f MiB after warm-up, %.2f MiB at the end: %+.1f %%, allowed %.0f %%\n",
                static_cast<double>(before) / 1048576, static_cast<double>(after) / 1048576, 100 * growth,
                100 * allowed_growth);
    return growth <= allowed_growth && wrong == 0 ? 0 : 1;
}
