// A configuration document as a tree whose every node knows where it was written. All layers (YAML files,
// environment, overrides) become such trees before they are checked and merged.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapack_ai::core {

struct Source {
    std::string name;        // a path, "environment LAPACK_LOG_LEVEL", "--fallback", "built-in default"
    bool has_lines = false;  // positions mean something to the user
};

struct Entry;

struct Value {
    enum class Kind { null, scalar, list, map };

    Kind kind = Kind::null;
    std::string text;      // scalar: the text without quotes
    bool quoted = false;   // scalar: was quoted, so it is a string whatever it looks like
    bool flow = false;     // list, map: written in brackets
    bool aliased = false;  // stands for an anchored node elsewhere
    bool anchored = false;
    int line = 0;              // 1-based; 0: none
    std::size_t position = 0;  // byte offset in the text
    std::shared_ptr<const Source> source;
    std::vector<Value> items;
    std::vector<Entry> entries;  // in the order written; keys are unique

    bool is_map() const { return kind == Kind::map; }
    bool is_scalar() const { return kind == Kind::scalar; }
    const Entry *find(std::string_view key) const;  // null: not there, or not a map

    // "file:12" or "environment LAPACK_LOG_LEVEL".
    std::string where() const;

    static Value scalar(std::string text, std::shared_ptr<const Source> source, int line = 0);
    static Value map(std::shared_ptr<const Source> source, int line = 0);
};

struct Entry {
    std::string key;
    int line = 0;
    std::size_t position = 0;
    Value value;
    bool merged = false;  // brought in by `<<`
};

// Lays `over` over `under`: maps merge key by key, anything else replaces; a null says nothing.
void merge(Value &under, const Value &over);

// Sets `path` ("gpu.enabled") below `root`, making maps on the way.
void set_path(Value &root, std::string_view path, Value value);

// The node at a dotted path; null when there is none.
const Value *find_path(const Value &root, std::string_view path);

// How plain scalars read, whatever the locale: YAML 1.2's core schema, and YAML 1.1's yes, no, on, off for
// booleans that are asked for.
std::optional<bool> as_boolean(const Value &value);
std::optional<double> as_number(const Value &value);  // finite; decimal
bool is_integer_text(std::string_view text);

// JSON text of a value; plain scalars become true, false, null or numbers where they look like it.
std::string to_json(const Value &value);
std::string json_quoted(std::string_view text);

}  // namespace lapack_ai::core
