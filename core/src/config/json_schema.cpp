// See json_schema.hpp. Works on Value trees, not on JSON, so that messages can name the line.
#include "config/json_schema.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace lapack_ai::core {

namespace {

using nlohmann::json;

std::string number_text(double number) {
    return json(number == std::trunc(number) && std::abs(number) < 9e15
                    ? json(static_cast<std::int64_t>(number))
                    : json(number))
        .dump();
}

std::vector<std::string> type_names(const json &schema) {
    const auto type = schema.find("type");
    if (type == schema.end()) return {};
    if (type->is_string()) return {type->get<std::string>()};
    std::vector<std::string> names;
    for (const json &name : *type) {
        if (name.is_string()) names.push_back(name.get<std::string>());
    }
    return names;
}

// Whether plain text could be meant as a value of this type.
bool has_type(const Value &value, const std::string &type) {
    switch (value.kind) {
        case Value::Kind::null:
            return type == "null";
        case Value::Kind::list:
            return type == "array";
        case Value::Kind::map:
            return type == "object";
        case Value::Kind::scalar:
            break;
    }
    if (type == "string") return true;
    if (value.quoted) return false;
    if (type == "boolean") return value.text == "true" || value.text == "false";
    const auto number = as_number(value);
    return number && (type == "number" || (type == "integer" && *number == std::trunc(*number)));
}

// Whether `value` reads as the JSON constant `constant`.
bool equals(const Value &value, const json &constant) {
    if (constant.is_string()) return value.is_scalar() && value.text == constant.get<std::string>();
    if (constant.is_number()) {
        const auto number = value.quoted ? std::nullopt : as_number(value);
        return number && *number == constant.get<double>();
    }
    return to_json(value) == constant.dump();
}

std::string requirement_of(const json &schema);

std::string alternatives(const json &schemas) {
    std::string text;
    for (const json &schema : schemas) text += (text.empty() ? "" : ", or ") + requirement_of(schema);
    return text;
}

std::string range_of(const json &schema) {
    const auto bound = [&](const char *keyword) {
        const auto at = schema.find(keyword);
        return at != schema.end() && at->is_number() ? number_text(at->get<double>()) : std::string();
    };
    const std::string low = bound("minimum"), high = bound("maximum");
    const std::string above = bound("exclusiveMinimum"), below = bound("exclusiveMaximum");
    if (!low.empty() && !high.empty()) return " from " + low + " to " + high;
    std::string text;
    if (!low.empty()) text += " of at least " + low;
    if (!above.empty()) text += " above " + above;
    if (!high.empty()) text += " of at most " + high;
    if (!below.empty()) text += " below " + below;
    return text;
}

// A schema in words: "a whole number from 1 to 64, or one of auto".
std::string requirement_of(const json &schema) {
    if (!schema.is_object()) return "nothing";
    for (const char *keyword : {"anyOf", "oneOf"}) {
        if (schema.contains(keyword) && schema[keyword].is_array()) return alternatives(schema[keyword]);
    }
    if (schema.contains("enum") && schema["enum"].is_array()) {
        std::string text;
        for (const json &word : schema["enum"]) {
            text += (text.empty() ? "" : ", ") + (word.is_string() ? word.get<std::string>() : word.dump());
        }
        return schema["enum"].size() == 1 ? text : "one of " + text;
    }
    if (schema.contains("const")) {
        return schema["const"].is_string() ? schema["const"].get<std::string>() : schema["const"].dump();
    }
    static const std::pair<const char *, const char *> words[] = {
        {"integer", "a whole number"}, {"number", "a number"}, {"boolean", "true or false"},
        {"string", "a text"},          {"array", "a list"},    {"object", "a section"}};
    std::string text;
    for (const std::string &type : type_names(schema)) {
        for (const auto &[name, word] : words) {
            if (type == name) text += (text.empty() ? "" : " or ") + std::string(word);
        }
    }
    return text + range_of(schema);
}

class Validator {
  public:
    // With no list to report to, only the answer counts.
    explicit Validator(std::vector<std::string> *problems) : problems_(problems) {}

    bool check(const json &schema, const Value &value, const std::string &path) {
        if (schema.is_boolean()) return schema.get<bool>() || refuse(value, path, schema);
        if (!schema.is_object()) return true;
        if (!fits_itself(schema, value)) return refuse(value, path, schema);
        return value.is_map() ? check_entries(schema, value, path) : check_items(schema, value, path);
    }

  private:
    bool refuse(const Value &value, const std::string &path, const json &schema) {
        if (problems_) {
            const std::string text =
                value.is_scalar() ? value.text.substr(0, 60) : to_json(value).substr(0, 60);
            problems_->push_back(value.where() + ": " + path + " = " + text + ": must be " +
                                 requirement_of(schema));
        }
        return false;
    }

    static bool fits_itself(const json &schema, const Value &value) {
        const auto types = type_names(schema);
        const auto matches = [&](const std::string &type) { return has_type(value, type); };
        if (!types.empty() && std::none_of(types.begin(), types.end(), matches)) return false;
        if (schema.contains("const") && !equals(value, schema["const"])) return false;
        if (schema.contains("enum") && schema["enum"].is_array() &&
            std::none_of(schema["enum"].begin(), schema["enum"].end(),
                         [&](const json &word) { return equals(value, word); })) {
            return false;
        }
        return fits_range(schema, value) && fits_alternatives(schema, value);
    }

    static bool fits_range(const json &schema, const Value &value) {
        const auto bound = [&](const char *keyword, double otherwise) {
            const auto at = schema.find(keyword);
            return at != schema.end() && at->is_number() ? at->get<double>() : otherwise;
        };
        if (value.is_scalar() && static_cast<double>(value.text.size()) < bound("minLength", 0)) return false;
        const auto number = value.quoted ? std::nullopt : as_number(value);
        if (!number) return true;
        constexpr double infinity = std::numeric_limits<double>::infinity();
        return *number >= bound("minimum", -infinity) && *number <= bound("maximum", infinity) &&
               *number > bound("exclusiveMinimum", -infinity) &&
               *number < bound("exclusiveMaximum", infinity);
    }

    static bool fits_alternatives(const json &schema, const Value &value) {
        const auto fits = [&](const json &choice) { return Validator(nullptr).check(choice, value, ""); };
        if (const auto any = schema.find("anyOf"); any != schema.end() && any->is_array()) {
            if (std::none_of(any->begin(), any->end(), fits)) return false;
        }
        if (const auto one = schema.find("oneOf"); one != schema.end() && one->is_array()) {
            if (std::count_if(one->begin(), one->end(), fits) != 1) return false;
        }
        return true;
    }

    bool check_items(const json &schema, const Value &value, const std::string &path) {
        const auto items = schema.find("items");
        bool all = true;
        for (std::size_t i = 0; items != schema.end() && i < value.items.size(); ++i) {
            all = check(*items, value.items[i], path + "[" + std::to_string(i) + "]") && all;
        }
        return all;
    }

    bool check_entries(const json &schema, const Value &value, const std::string &path) {
        static const json none = json::object();
        const auto properties = schema.find("properties");
        const json &known = properties != schema.end() && properties->is_object() ? *properties : none;
        const auto additional = schema.find("additionalProperties");
        bool all = true;
        for (const Entry &entry : value.entries) {
            const std::string name = path + "." + entry.key;
            if (const auto property = known.find(entry.key); property != known.end()) {
                all = check(*property, entry.value, name) && all;
            } else if (additional != schema.end() && *additional == false) {
                all = unknown(entry, name, known) && all;
            } else if (additional != schema.end()) {
                all = check(*additional, entry.value, name) && all;
            }
        }
        return all;
    }

    bool unknown(const Entry &entry, const std::string &name, const json &known) {
        if (problems_) {
            std::vector<std::string> names = {"enabled", "path"};
            for (const auto &property : known.items()) names.push_back(property.key());
            Value at = entry.value;
            at.line = entry.line;
            problems_->push_back(at.where() + ": unknown key '" + name + "'" +
                                 did_you_mean(entry.key, names));
        }
        return false;
    }

    std::vector<std::string> *problems_;
};

Value from_json(const json &constant, const std::shared_ptr<const Source> &source) {
    if (constant.is_object()) {
        Value value = Value::map(source);
        for (const auto &entry : constant.items()) {
            value.entries.push_back({entry.key(), 0, 0, from_json(entry.value(), source)});
        }
        return value;
    }
    if (constant.is_array()) {
        Value value;
        value.kind = Value::Kind::list;
        value.source = source;
        for (const json &item : constant) value.items.push_back(from_json(item, source));
        return value;
    }
    if (constant.is_null()) {
        Value value;
        value.source = source;
        return value;
    }
    Value value = Value::scalar(constant.is_string() ? constant.get<std::string>() : constant.dump(), source);
    value.quoted = constant.is_string();
    return value;
}

}  // namespace

void check_options(const std::string &schema_text, const Value &options, const std::string &path,
                   std::vector<std::string> &problems) {
    json schema = json::parse(schema_text, nullptr, false);
    if (schema.is_discarded()) {
        problems.push_back(path + ": the plugin's own option schema is not valid JSON");
        return;
    }
    if (schema.is_object() && schema.contains("properties") && !schema.contains("additionalProperties")) {
        schema["additionalProperties"] = false;
    }
    Validator(&problems).check(schema, options, path);
}

Value option_defaults(const std::string &schema_text, const std::shared_ptr<const Source> &source) {
    Value defaults = Value::map(source);
    const json schema = json::parse(schema_text, nullptr, false);
    if (!schema.is_object() || !schema.contains("properties") || !schema["properties"].is_object()) {
        return defaults;
    }
    for (const auto &property : schema["properties"].items()) {
        if (property.value().is_object() && property.value().contains("default")) {
            defaults.entries.push_back(
                {property.key(), 0, 0, from_json(property.value()["default"], source)});
        }
    }
    return defaults;
}

}  // namespace lapack_ai::core
