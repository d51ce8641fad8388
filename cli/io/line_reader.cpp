#include "io/line_reader.hpp"

#include <utility>

namespace lapack_ai::cli {

namespace {
constexpr std::size_t longest_line = 64 * 1024;
}

LineReader::LineReader(std::istream &in, std::string name)
    : in_(in), name_(std::move(name)), size_(remaining_bytes(in, name_)) {}

bool LineReader::next(std::string &line) {
    line.clear();
    std::streambuf *const buffer = in_.rdbuf();
    int c = buffer->sbumpc();
    if (c == std::char_traits<char>::eof()) return false;
    ++line_;
    for (; c != std::char_traits<char>::eof() && c != '\n'; c = buffer->sbumpc()) {
        if (line.size() == longest_line) fail("line longer than 64 KiB");
        line.push_back(static_cast<char>(c));
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return true;
}

void LineReader::require(std::string &line, const char *what) {
    if (!next(line)) fail(std::string("truncated: ") + what + " is missing");
}

std::string LineReader::where() const {
    return name_ + ":" + std::to_string(line_);
}

void LineReader::fail(const std::string &message) const {
    throw InputError(where() + ": " + message);
}

std::uint64_t remaining_bytes(std::istream &in, const std::string &name) {
    const auto here = in.tellg();
    in.seekg(0, std::ios::end);
    const auto end = in.tellg();
    in.seekg(here);
    if (here < 0 || end < here || !in) throw InputError(name + ": cannot be read from any position");
    return static_cast<std::uint64_t>(end - here);
}

}  // namespace lapack_ai::cli
