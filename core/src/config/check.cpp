// See check.hpp.
#include "config/check.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "config/json_schema.hpp"
#include "config/keys.hpp"

namespace lapack_ai::core {

namespace {

// A value as messages show it: one line, not too long.
std::string shown(const Value &value) {
    if (value.kind == Value::Kind::map) return "a section";
    if (value.kind == Value::Kind::list) return "a list";
    std::string text = value.text.substr(0, 60);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 32; }, ' ');
    return value.text.size() > 60 ? text + "..." : text;
}

// Amounts of memory where a percentage is asked for.
bool looks_like_bytes(const std::string &text) {
    const std::string word = lower_case(text);
    return !word.empty() && word.front() >= '0' && word.front() <= '9' &&
           word.find_first_of("kmgtb") != std::string::npos;
}

class Checker {
  public:
    Checker(const std::map<std::string, std::string> &schemas, std::vector<std::string> &problems)
        : schemas_(schemas), problems_(problems) {}

    void section(const Value &value, const std::string &prefix) {
        for (const Entry &entry : value.entries) {
            const std::string path = prefix.empty() ? entry.key : prefix + "." + entry.key;
            if (path == "plugins") {
                plugins(entry);
            } else if (const Key *key = find_key(path)) {
                leaf(*key, entry);
            } else if (is_section(path)) {
                if (entry.value.is_map()) {
                    section(entry.value, path);
                } else if (entry.value.kind != Value::Kind::null) {
                    complain(entry.value, path, "must be a section of `key: value`");
                }
            } else {
                unknown(entry, path, prefix);
            }
        }
    }

  private:
    void complain(const Value &value, const std::string &path, const std::string &message) {
        problems_.push_back(value.where() + ": " + path + " = " + shown(value) + ": " + message);
    }

    void report(const Entry &entry, const std::string &message) {
        Value at = entry.value;
        at.line = entry.line;
        problems_.push_back(at.where() + ": " + message);
    }

    static bool is_section(const std::string &path) {
        return std::any_of(keys().begin(), keys().end(), [&](const Key &key) {
            return std::string_view(key.path).substr(0, path.size() + 1) == path + ".";
        });
    }

    // Suggests a key of the same section, else the same name under another section.
    void unknown(const Entry &entry, const std::string &path, const std::string &prefix) {
        std::vector<std::string> siblings, others;
        if (prefix.empty()) siblings.push_back("plugins");
        for (const Key &key : keys()) {
            const std::string known = key.path;
            const auto dot = known.find('.');
            if (dot != std::string::npos && known.substr(dot + 1) == entry.key) others.push_back(known);
            if (prefix.empty()) {
                siblings.push_back(known.substr(0, dot));
            } else if (known.rfind(prefix + ".", 0) == 0) {
                siblings.push_back(known.substr(prefix.size() + 1));
            }
        }
        std::string advice = did_you_mean(entry.key, siblings);
        if (advice.empty() && !others.empty()) advice = "; did you mean '" + others.front() + "'?";
        report(entry, "unknown key '" + path + "'" + advice);
    }

    void leaf(const Key &key, const Entry &entry) {
        const Value &value = entry.value;
        if (value.kind == Value::Kind::null) {
            report(entry, std::string(key.path) + " has no value; it " + requirement(key));
        } else if (!std::visit([&](auto target) { return fits(key, target, value); }, key.target)) {
            std::string advice;
            if (!key.words.empty() && value.is_scalar()) advice = did_you_mean(value.text, key.words);
            if (std::string_view(key.path) == "gpu.memory_limit_percent" && looks_like_bytes(value.text)) {
                advice = "; it is a percentage, not an amount of memory";
            } else if (value.is_scalar() && !value.text.empty() && value.text.back() == '%') {
                advice = "; leave the % sign away";
            }
            complain(value, key.path, requirement(key) + advice);
        }
    }

    static bool fits(const Key &, bool &(*)(Settings &), const Value &value) {
        return as_boolean(value).has_value();
    }
    static bool in_range(const Key &key, const Value &value, bool whole) {
        const auto number = as_number(value);
        if (!number) return value.is_scalar() && word_index(key, value.text) < key.words.size();
        return *number >= key.min && *number <= key.max && (!whole || std::trunc(*number) == *number);
    }
    static bool fits(const Key &key, int &(*)(Settings &), const Value &value) {
        return in_range(key, value, true);
    }
    static bool fits(const Key &key, std::int64_t &(*)(Settings &), const Value &value) {
        return in_range(key, value, true);
    }
    static bool fits(const Key &key, double &(*)(Settings &), const Value &value) {
        return in_range(key, value, false);
    }
    static bool fits(const Key &, std::string &(*)(Settings &), const Value &value) {
        return value.is_scalar();
    }
    static bool fits(const Key &, std::vector<std::string> &(*)(Settings &), const Value &value) {
        return value.kind == Value::Kind::list &&
               std::all_of(value.items.begin(), value.items.end(),
                           [](const Value &item) { return item.is_scalar(); });
    }
    static bool fits(const Key &, std::map<std::string, std::string> &(*)(Settings &), const Value &value) {
        return value.is_map() && std::all_of(value.entries.begin(), value.entries.end(),
                                             [](const Entry &entry) { return entry.value.is_scalar(); });
    }
    static bool fits(const Key &key, void (*)(Settings &, std::size_t), const Value &value) {
        return value.is_scalar() && word_index(key, value.text) < key.words.size();
    }

    void plugins(const Entry &section) {
        if (section.value.kind == Value::Kind::null) return;
        if (!section.value.is_map()) {
            complain(section.value, "plugins", "must be a section with one section per plugin");
            return;
        }
        for (const Entry &entry : section.value.entries) {
            const std::string path = "plugins." + entry.key;
            if (!is_plugin_id(entry.key)) {
                report(entry, path + ": a plugin's id is made of a-z, 0-9 and _, and begins with a letter");
            } else if (entry.value.is_map()) {
                plugin(entry, path);
            } else if (entry.value.kind != Value::Kind::null) {
                complain(entry.value, path, "must be a section, as in {enabled: false}");
            }
        }
    }

    void plugin(const Entry &section, const std::string &path) {
        Value options = Value::map(section.value.source, section.value.line);
        for (const Entry &entry : section.value.entries) {
            const std::string key = path + "." + entry.key;
            if (entry.key == "enabled") {
                const bool is_auto = entry.value.is_scalar() && lower_case(entry.value.text) == "auto";
                if (entry.value.kind == Value::Kind::null) {
                    report(entry, key + " has no value; it must be true, false or auto");
                } else if (!is_auto && !as_boolean(entry.value)) {
                    complain(entry.value, key, "must be true, false or auto");
                }
            } else if (entry.key == "path") {
                if (!entry.value.is_scalar() || entry.value.text.empty() || entry.value.text.front() != '/') {
                    complain(entry.value, key, "must be an absolute path");
                }
            } else {
                options.entries.push_back(entry);
            }
        }
        if (const auto schema = schemas_.find(section.key); schema != schemas_.end()) {
            check_options(schema->second, options, path, problems_);
        }
    }

    const std::map<std::string, std::string> &schemas_;
    std::vector<std::string> &problems_;
};

}  // namespace

void check_layer(const Value &layer, const std::map<std::string, std::string> &plugin_schemas,
                 std::vector<std::string> &problems) {
    Checker(plugin_schemas, problems).section(layer, "");
}

bool is_plugin_id(const std::string &id) {
    return !id.empty() && id.size() <= 64 && id.front() >= 'a' && id.front() <= 'z' &&
           std::all_of(id.begin(), id.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace lapack_ai::core
