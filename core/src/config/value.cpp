// See value.hpp. Numbers go through from_chars and to_chars, which no locale can bend.
#include "config/value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace lapack_ai::core {

const Entry *Value::find(std::string_view key) const {
    const auto at =
        std::find_if(entries.begin(), entries.end(), [&](const Entry &entry) { return entry.key == key; });
    return at == entries.end() ? nullptr : &*at;
}

std::string Value::where() const {
    if (!source) return "?";
    return source->has_lines && line > 0 ? source->name + ":" + std::to_string(line) : source->name;
}

Value Value::scalar(std::string text, std::shared_ptr<const Source> source, int line) {
    Value value;
    value.kind = Kind::scalar;
    value.text = std::move(text);
    value.source = std::move(source);
    value.line = line;
    return value;
}

Value Value::map(std::shared_ptr<const Source> source, int line) {
    Value value;
    value.kind = Kind::map;
    value.source = std::move(source);
    value.line = line;
    return value;
}

void merge(Value &under, const Value &over) {
    if (over.kind == Value::Kind::null && under.kind != Value::Kind::null) return;
    if (!over.is_map() || !under.is_map()) {
        under = over;
        return;
    }
    for (const Entry &entry : over.entries) {
        if (const Entry *known = under.find(entry.key)) {
            merge(const_cast<Entry *>(known)->value, entry.value);
        } else {
            under.entries.push_back(entry);
        }
    }
}

void set_path(Value &root, std::string_view path, Value value) {
    Value *node = &root;
    while (!path.empty()) {
        const auto dot = std::min(path.find('.'), path.size());
        const std::string key(path.substr(0, dot));
        path.remove_prefix(std::min(dot + 1, path.size()));
        if (!node->is_map()) *node = Value::map(value.source, value.line);
        if (!node->find(key)) {
            node->entries.push_back({key, value.line, 0, Value::map(value.source, value.line)});
        }
        node = &const_cast<Entry *>(node->find(key))->value;
    }
    *node = std::move(value);
}

const Value *find_path(const Value &root, std::string_view path) {
    const Value *node = &root;
    while (!path.empty()) {
        const auto dot = std::min(path.find('.'), path.size());
        const Entry *entry = node->find(path.substr(0, dot));
        if (!entry) return nullptr;
        node = &entry->value;
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return node;
}

std::optional<bool> as_boolean(const Value &value) {
    if (!value.is_scalar()) return std::nullopt;
    const std::string word = lower_case(value.text);
    if (word == "true" || word == "yes" || word == "on") return true;
    if (word == "false" || word == "no" || word == "off") return false;
    return std::nullopt;
}

std::optional<double> as_number(const Value &value) {
    if (!value.is_scalar()) return std::nullopt;
    const char *first = value.text.data();
    const char *const last = first + value.text.size();
    if (first != last && *first == '+') ++first;
    // from_chars also takes "inf" and "nan", which no setting means.
    if (first == last || !((*first >= '0' && *first <= '9') || *first == '.' || *first == '-')) {
        return std::nullopt;
    }
    double number = 0;
    const auto [end, error] = std::from_chars(first, last, number);
    if (error != std::errc() || end != last || !std::isfinite(number)) return std::nullopt;
    return number;
}

bool is_integer_text(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string json_quoted(std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            json += {'\\', c};
        } else if (c == '\n') {
            json += "\\n";
        } else if (c == '\t') {
            json += "\\t";
        } else if (code < 0x20) {
            json += std::string("\\u00") + digits[code >> 4] + digits[code & 15];
        } else {
            json += c;
        }
    }
    return json + '"';
}

namespace {

std::string scalar_json(const Value &value) {
    if (value.quoted) return json_quoted(value.text);
    if (value.text == "true" || value.text == "True" || value.text == "TRUE") return "true";
    if (value.text == "false" || value.text == "False" || value.text == "FALSE") return "false";
    const auto number = as_number(value);
    if (!number) return json_quoted(value.text);
    if (is_integer_text(value.text) && std::abs(*number) < 9e15) {
        return std::to_string(static_cast<long long>(*number));
    }
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, *number).ptr;
    return std::string(buffer, end);
}

}  // namespace

std::string to_json(const Value &value) {
    std::string json;
    switch (value.kind) {
        case Value::Kind::null:
            return "null";
        case Value::Kind::scalar:
            return scalar_json(value);
        case Value::Kind::list:
            for (const Value &item : value.items) json += (json.empty() ? "" : ",") + to_json(item);
            return "[" + json + "]";
        case Value::Kind::map:
            for (const Entry &entry : value.entries) {
                json += (json.empty() ? "" : ",") + json_quoted(entry.key) + ":" + to_json(entry.value);
            }
            return "{" + json + "}";
    }
    return "null";
}

}  // namespace lapack_ai::core
