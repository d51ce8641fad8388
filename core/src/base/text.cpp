// See text.hpp. Everything here treats text as bytes and ignores the locale.
#include "base/text.hpp"

#include <algorithm>
#include <cstdint>

namespace lapack_ai::core {

namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

}  // namespace

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char &c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (std::string part = trimmed(text.substr(0, end)); !part.empty()) parts.push_back(std::move(part));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Three rows of the table: the swap of neighbours looks two rows back.
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, substituted});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

std::string closest_match(std::string_view word, const std::vector<std::string> &candidates) {
    const std::string *best = nullptr;
    std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string &candidate : candidates) {
        const std::size_t distance = edit_distance(lower_case(word), lower_case(candidate));
        if (distance < least && distance < candidate.size()) {
            least = distance;
            best = &candidate;
        }
    }
    return best ? *best : std::string();
}

std::string did_you_mean(std::string_view word, const std::vector<std::string> &candidates) {
    const std::string match = closest_match(word, candidates);
    return match.empty() ? std::string() : "; did you mean '" + match + "'?";
}

bool is_utf8_text(std::string_view text) noexcept {
    const auto *byte = reinterpret_cast<const unsigned char *>(text.data());
    const auto *end = byte + text.size();
    while (byte < end) {
        const unsigned char lead = *byte++;
        if (lead == 0) return false;
        if (lead < 0x80) continue;
        const int more = lead >= 0xf0 && lead <= 0xf4 ? 3 : lead >= 0xe0 ? 2 : 1;
        if (lead < 0xc2 || lead > 0xf4 || end - byte < more) return false;
        std::uint32_t point = lead & (0x3fu >> more);
        for (int i = 0; i < more; ++i) {
            if ((*byte & 0xc0u) != 0x80u) return false;
            point = (point << 6) | (*byte++ & 0x3fu);
        }
        // Overlong forms, surrogates, and beyond Unicode.
        if ((more == 2 && point < 0x800) || (more == 3 && point < 0x10000) || point > 0x10ffff ||
            (point >= 0xd800 && point <= 0xdfff)) {
            return false;
        }
    }
    return true;
}

}  // namespace lapack_ai::core
