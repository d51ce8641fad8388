#include "server.hpp"

#include <arpa/inet.h>
#include <civetweb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "assets.hpp"
#include "request_guard.hpp"
#include "session.hpp"
#include "stream.hpp"

namespace lapack_ai::dashboard {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A write that blocks and a header that dribbles both end after this, as does a client that answers no ping.
constexpr const char *patience_ms = "4000";
constexpr int workers_beside_clients = 8;
constexpr milliseconds document_age{200};  // many readers of one document share its making

constexpr const char *security_headers =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

// A header that must stand once: null if absent, an impossible value if it stands twice.
const char *single_header(const mg_request_info &info, const char *name) {
    const char *value = nullptr;
    for (int i = 0; i < info.num_headers; ++i) {
        if (strcasecmp(info.http_headers[i].name, name) != 0) continue;
        if (value) return "doubled header";
        value = info.http_headers[i].value;
    }
    return value;
}

void answer(mg_connection *connection, int status, const char *type, std::string_view body,
            const char *more_headers = "") {
    const mg_request_info &info = *mg_get_request_info(connection);
    mg_printf(connection,
              "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n"
              "Connection: %s\r\n%s%s\r\n",
              status, mg_get_response_code_text(connection, status), type, body.size(),
              status < 400 ? "keep-alive" : "close", security_headers, more_headers);
    if (std::strcmp(info.request_method, "HEAD") != 0) mg_write(connection, body.data(), body.size());
}

constexpr const char *json_type = "application/json; charset=utf-8";
constexpr const char *text_type = "text/plain; charset=utf-8";

}  // namespace

class Server::Implementation {
  public:
    Implementation(const Options &options, Source &source, const lai_host &host)
        : source_(source),
          sessions_(options.token),
          stream_(source, host, options.interval_ms, options.max_clients),
          workers_(std::to_string(options.max_clients + workers_beside_clients)) {
        const std::string listen = options.address + ":" + std::to_string(options.port);
        const char *settings[] = {"listening_ports",
                                  listen.c_str(),
                                  "num_threads",
                                  workers_.c_str(),
                                  "request_timeout_ms",
                                  patience_ms,
                                  "websocket_timeout_ms",
                                  patience_ms,
                                  "keep_alive_timeout_ms",
                                  patience_ms,
                                  "enable_keep_alive",
                                  "yes",
                                  "tcp_nodelay",
                                  "1",
                                  "enable_directory_listing",
                                  "no",
                                  "access_control_allow_origin",
                                  "",
                                  "access_control_allow_methods",
                                  "",
                                  "access_control_allow_headers",
                                  "",
                                  "decode_url",
                                  "no",
                                  "max_request_size",
                                  "16384",
                                  nullptr};
        mg_callbacks callbacks{};
        callbacks.begin_request = [](mg_connection *connection) {
            try {
                return self(connection).begin(connection);
            } catch (const std::exception &) {  // no memory, no thread
                answer(connection, 503, text_type, "out of resources, try again\n");
                return 503;
            }
        };
        callbacks.log_message = [](const mg_connection *, const char *) { return 1; };
        context_ = mg_start(&callbacks, this, settings);
        if (!context_)
            throw std::runtime_error("dashboard: cannot listen on " + listen +
                                     "; is the port taken? Set dashboard.port, 0 picks a free one");
        mg_server_port port{};
        mg_get_server_ports(context_, 1, &port);
        const std::string shown = options.address == "0.0.0.0" ? "127.0.0.1" : options.address;
        port_ = port.port;
        listening_address_ = shown;
        const std::string number = std::to_string(port_);
        url_ = "http://" + shown + ":" + number + "/";
        guard_.token_required = sessions_.required();
        for (const std::string &name : {shown, std::string("127.0.0.1"), std::string("localhost")})
            if (name == shown || is_loopback(options.address) || options.address == "0.0.0.0")
                guard_.allowed_hosts.push_back(name + ":" + number);
        for (const std::string &name : options.allowed_hosts) {
            guard_.allowed_hosts.push_back(name);
            if (name.find(':') == std::string::npos) guard_.allowed_hosts.push_back(name + ":" + number);
        }
        mg_set_websocket_handler(
            context_, "/ws", [](const mg_connection *, void *) { return 0; },
            [](mg_connection *connection, void *owner) {
                static_cast<Implementation *>(owner)->stream_.opened(connection);
            },
            [](mg_connection *connection, int opcode, char *data, std::size_t size, void *owner) {
                return static_cast<Implementation *>(owner)->stream_.received(connection, opcode,
                                                                              {data, size})
                           ? 1
                           : 0;
            },
            [](const mg_connection *connection, void *owner) {
                static_cast<Implementation *>(owner)->stream_.closed(const_cast<mg_connection *>(connection));
            },
            this);
        ready_ = true;
    }

    ~Implementation() {
        stream_.stop();
        // civetweb's accepting thread looks at its stop flag only every two seconds, or when somebody knocks.
        std::atomic<bool> stopped{false};
        std::thread knocker([&] {
            while (!stopped) {
                knock();
                std::this_thread::sleep_for(milliseconds(20));
            }
        });
        mg_stop(context_);
        stopped = true;
        knocker.join();
    }

    const std::string &url() const noexcept { return url_; }

  private:
    void knock() const {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (socket < 0) return;
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port_));
        inet_pton(AF_INET, listening_address_.c_str(), &address.sin_addr);
        static_cast<void>(connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address));
        close(socket);
    }

    static Implementation &self(mg_connection *connection) {
        return *static_cast<Implementation *>(mg_get_user_data(mg_get_context(connection)));
    }

    // civetweb calls this before it looks at anything else, the WebSocket upgrade included. 0: civetweb goes
    // on (upgrade only), else the request was answered here.
    int begin(mg_connection *connection) {
        const mg_request_info &info = *mg_get_request_info(connection);
        RequestFacts facts;
        facts.method = info.request_method;
        facts.path = info.local_uri_raw ? info.local_uri_raw : "";
        facts.host = single_header(info, "Host");
        facts.origin = single_header(info, "Origin");
        facts.transfer_encoding = single_header(info, "Transfer-Encoding");
        facts.content_length = info.content_length;
        const char *upgrade = single_header(info, "Upgrade");
        facts.websocket = upgrade && strcasecmp(upgrade, "websocket") == 0;
        facts.authenticated =
            sessions_.valid(single_header(info, "Cookie"), single_header(info, "Authorization"));
        const Verdict verdict = ready_ ? judge(guard_, facts) : Verdict{503, "starting"};
        if (verdict.status != 0) {
            answer(connection, verdict.status, text_type, std::string(verdict.reason) + "\n");
            return verdict.status;
        }
        if (facts.websocket) {
            if (stream_.reserve()) return 0;
            answer(connection, 503, text_type, "as many clients as plugins.dashboard.max_clients allows\n",
                   "Retry-After: 5\r\n");
            return 503;
        }
        return route(connection, facts.path);
    }

    int route(mg_connection *connection, std::string_view path) {
        if (const Asset *asset = find_asset(path)) {
            answer(connection, 200, asset->type, {reinterpret_cast<const char *>(asset->gzip), asset->size},
                   "Content-Encoding: gzip\r\n");
            return 200;
        }
        if (path == "/healthz") return ok(connection, text_type, "ok\n");
        if (path == "/readyz") return ok(connection, text_type, "ready\n");
        if (path == "/api/v1/session") return open_session(connection);
        if (path == "/metrics")
            return ok(connection, "text/plain; version=0.0.4; charset=utf-8", shared_document("prometheus"));
        if (path == "/api/v1/export.json")
            return file(connection, json_type, made([&] { return source_.document("recording"); }), "json");
        if (path == "/api/v1/export.csv")
            return file(connection, "text/csv; charset=utf-8", made([&] { return export_csv(source_); }),
                        "csv");
        if (path == "/api/v1/trace.json")
            return file(connection, json_type, made([&] { return export_trace(source_); }), "trace.json");
        constexpr std::string_view api = "/api/v1/";
        if (path.starts_with(api))
            for (const char *name : {"snapshot", "decisions", "crossover", "breakers", "devices", "plugins"})
                if (path.substr(api.size()) == name) return ok(connection, json_type, shared_document(name));
        answer(connection, 404, text_type, "not found\n");
        return 404;
    }

    int ok(mg_connection *connection, const char *type, std::string_view body) {
        answer(connection, 200, type, body);
        return 200;
    }

    int file(mg_connection *connection, const char *type, std::string_view body, const char *ending) {
        const std::string header =
            std::string("Content-Disposition: attachment; filename=\"lapack_ai.") + ending + "\"\r\n";
        answer(connection, 200, type, body, header.c_str());
        return 200;
    }

    int open_session(mg_connection *connection) {
        char token[4097];
        std::size_t length = 0;
        for (int got = 1; got > 0 && length < sizeof token - 1;) {
            got = mg_read(connection, token + length, sizeof token - 1 - length);
            if (got > 0) length += static_cast<std::size_t>(got);
        }
        const std::string name = sessions_.required() ? sessions_.open({token, length}) : std::string("open");
        if (name.empty()) {
            answer(connection, 401, text_type, "wrong token\n");
            return 401;
        }
        const std::string header =
            "Set-Cookie: lapack_ai_session=" + name + "; HttpOnly; SameSite=Strict; Path=/\r\n";
        answer(connection, 200, json_type, "{\"session\":true}", header.c_str());
        return 200;
    }

    // civetweb's workers have 100 KB of stack, and making a document asks plugins for prices and devices,
    // which may go through a vendor's driver: it is done on a thread with a stack as usual.
    template <class Make>
    static std::string made(Make make) {
        return std::async(std::launch::async, make).get();
    }

    std::string shared_document(const char *name) {
        const std::lock_guard lock(documents_mutex_);
        const auto now = steady_clock::now();
        for (Cached &cached : documents_)
            if (std::strcmp(cached.name, name) == 0) {
                if (now - cached.made > document_age) {
                    cached.text = made([&] { return source_.document(name); });
                    cached.made = now;
                }
                return cached.text;
            }
        documents_.push_back({name, made([&] { return source_.document(name); }), now});
        return documents_.back().text;
    }

    struct Cached {
        const char *name;
        std::string text;
        steady_clock::time_point made;
    };

    Source &source_;
    Sessions sessions_;
    Stream stream_;
    GuardOptions guard_;
    std::string workers_;
    std::string url_;
    std::string listening_address_;
    int port_ = 0;
    std::mutex documents_mutex_;
    std::vector<Cached> documents_;
    std::atomic<bool> ready_{false};
    mg_context *context_ = nullptr;
};

Server::Server(const Options &options, Source &source, const lai_host &host)
    : implementation_(std::make_unique<Implementation>(options, source, host)) {}

Server::~Server() = default;

const std::string &Server::url() const noexcept {
    return implementation_->url();
}

}  // namespace lapack_ai::dashboard
