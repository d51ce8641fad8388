// A small reader for options: walks JSON text in place, keeps no tree, never throws. The text comes from the
// host, which has checked it against the manifest's schema; malformed text reads as "absent".
//     double rate = options["rate"].number(1.0);
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace lapack_ai::sdk {

class Json {
  public:
    Json() = default;
    // `text` must outlive the reader and all that is taken from it.
    explicit Json(std::string_view text) noexcept : text_(trim(text)) {}

    bool present() const noexcept { return !text_.empty() && text_ != "null"; }
    std::string_view text() const noexcept { return text_; }

    // Member of an object; absent when this is none or has no such key.
    Json operator[](std::string_view key) const noexcept {
        Json found;
        walk('{', '}', [&](std::string_view member_key, std::string_view value, std::int64_t) {
            if (member_key == key) found = Json(value);
        });
        return found;
    }
    // Element of an array; absent when there is none.
    Json at(std::int64_t index) const noexcept {
        Json found;
        walk('[', ']', [&](std::string_view, std::string_view value, std::int64_t i) {
            if (i == index) found = Json(value);
        });
        return found;
    }
    std::int64_t size() const noexcept {
        std::int64_t count = 0;
        auto counter = [&](std::string_view, std::string_view, std::int64_t i) { count = i + 1; };
        walk('[', ']', counter);
        walk('{', '}', counter);
        return count;
    }

    double number(double otherwise) const noexcept { return parse(otherwise); }
    std::int64_t integer(std::int64_t otherwise) const noexcept { return parse(otherwise); }
    bool boolean(bool otherwise) const noexcept { return text_ == "true" || (text_ != "false" && otherwise); }
    std::string string(std::string_view otherwise) const {
        if (text_.size() < 2 || text_.front() != '"') return std::string(otherwise);
        return unescape(text_.substr(1, text_.size() - 2));
    }

  private:
    static std::string_view trim(std::string_view s) noexcept {
        constexpr std::string_view space = " \t\r\n";
        const auto first = s.find_first_not_of(space);
        if (first == std::string_view::npos) return {};
        return s.substr(first, s.find_last_not_of(space) - first + 1);
    }

    // Position behind the value that starts at `at`: strings, nested brackets and plain words.
    static std::size_t skip_value(std::string_view s, std::size_t at) noexcept {
        int depth = 0;
        for (; at < s.size(); ++at) {
            const char c = s[at];
            if (c == '"') {
                for (++at; at < s.size() && s[at] != '"'; ++at)
                    if (s[at] == '\\') ++at;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                if (depth-- == 0) return at;
            } else if (c == ',' && depth == 0) {
                return at;
            }
        }
        return s.size();
    }

    // Calls visit(key, value, index) for each member of an object or element of an array.
    template <typename Visit>
    void walk(char open, char close, Visit &&visit) const noexcept {
        if (text_.size() < 2 || text_.front() != open || text_.back() != close) return;
        const std::string_view inside = text_.substr(1, text_.size() - 2);
        std::int64_t index = 0;
        for (std::size_t at = 0; at < inside.size(); ++index) {
            const std::size_t end = skip_value(inside, at);
            std::string_view item = trim(inside.substr(at, end - at));
            std::string_view key;
            if (open == '{' && !item.empty() && item.front() == '"') {
                std::size_t quote = 1;
                while (quote < item.size() && item[quote] != '"') quote += item[quote] == '\\' ? 2 : 1;
                key = item.substr(1, quote - 1);
                const std::size_t colon = item.find(':', quote);
                item = colon == std::string_view::npos ? std::string_view() : item.substr(colon + 1);
            }
            if (!item.empty()) visit(key, trim(item), index);
            at = end + 1;
        }
    }

    template <typename Number>
    Number parse(Number otherwise) const noexcept {
        Number value{};
        const auto [end, problem] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
        return problem == std::errc() && end == text_.data() + text_.size() ? value : otherwise;
    }

    // Escapes of one character are resolved; \u sequences are kept as they stand.
    static std::string unescape(std::string_view s) {
        std::string out;
        for (std::size_t i = 0; i < s.size(); ++i) {
            if (s[i] != '\\' || i + 1 == s.size() || s[i + 1] == 'u') {
                out += s[i];
                continue;
            }
            const char c = s[++i];
            out += c == 'n'   ? '\n'
                   : c == 't' ? '\t'
                   : c == 'r' ? '\r'
                   : c == 'b' ? '\b'
                   : c == 'f' ? '\f'
                              : c;
        }
        return out;
    }

    std::string_view text_;
};

}  // namespace lapack_ai::sdk
