#include "raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace lapack_ai::test {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

RawClient::RawClient(int port, int receive_buffer) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0)
        setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
}

RawClient::~RawClient() {
    close(socket_);
}

void RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool RawClient::fill(std::size_t bytes, steady_clock::time_point deadline) {
    while (buffer_.size() < bytes) {
        const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now()).count();
        pollfd poller{socket_, POLLIN, 0};
        if (left <= 0 || poll(&poller, 1, static_cast<int>(left)) <= 0) return false;
        char part[65536];
        const ssize_t got = recv(socket_, part, sizeof part, 0);
        if (got <= 0) return false;
        buffer_.append(part, static_cast<std::size_t>(got));
    }
    return true;
}

std::string RawClient::receive(std::string_view enough, milliseconds limit) {
    const auto deadline = steady_clock::now() + limit;
    while (enough.empty() || buffer_.find(enough) == std::string::npos)
        if (!fill(buffer_.size() + 1, deadline)) break;
    return std::exchange(buffer_, {});
}

bool RawClient::closed_within(milliseconds limit) {
    const auto deadline = steady_clock::now() + limit;
    while (steady_clock::now() < deadline) {
        buffer_.clear();
        pollfd poller{socket_, POLLIN, 0};
        if (poll(&poller, 1, 50) <= 0) continue;
        char part[65536];
        if (recv(socket_, part, sizeof part, 0) <= 0) return true;
    }
    return false;
}

int RawClient::upgrade(std::string_view host, std::string_view origin, std::string_view more_headers) {
    std::string request =
        "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    if (!host.empty()) (request += "Host: ").append(host) += "\r\n";
    if (!origin.empty()) (request += "Origin: ").append(origin) += "\r\n";
    request.append(more_headers) += "\r\n";
    send(request);
    const auto deadline = steady_clock::now() + std::chrono::seconds(5);
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!fill(buffer_.size() + 1, deadline)) return 0;
    const int status = std::stoi(buffer_.substr(9, 3));
    buffer_.erase(0, end + 4);
    return status;
}

std::string RawClient::text_frame(milliseconds limit) {
    const auto deadline = steady_clock::now() + limit;
    for (;;) {
        if (!fill(2, deadline)) return {};
        const int opcode = buffer_[0] & 0x0f;
        std::size_t length = static_cast<unsigned char>(buffer_[1]) & 0x7f, header = 2;
        if (length >= 126) {
            const std::size_t bytes = length == 126 ? 2 : 8;
            if (!fill(2 + bytes, deadline)) return {};
            length = 0;
            for (std::size_t i = 0; i < bytes; ++i)
                length = length << 8 | static_cast<unsigned char>(buffer_[2 + i]);
            header += bytes;
        }
        if (!fill(header + length, deadline)) return {};
        std::string payload = buffer_.substr(header, length);
        buffer_.erase(0, header + length);
        if (opcode == 1) return payload;
        if (opcode == 9) send_frame(10, payload);
        if (opcode == 8) return {};
    }
}

void RawClient::send_frame(int opcode, std::string_view payload) {
    std::string frame;
    frame += static_cast<char>(0x80 | opcode);
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    }
    frame.append(4, '\0');  // a mask of zeros is a mask
    frame += payload;
    send(frame);
}

int status_of(int port, std::string_view request) {
    RawClient client(port);
    client.send(request);
    const std::string answer = client.receive("\r\n\r\n", std::chrono::seconds(6));
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

}  // namespace lapack_ai::test
