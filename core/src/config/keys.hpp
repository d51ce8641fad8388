// The table of all configuration keys that core knows: type, range, environment variable, meaning. Checks,
// messages, `config show`, the JSON Schema's test and the manual's test all read from it. A new key is one
// row in keys.cpp, its default in config/lapack_ai.yaml, and its line in config/lapack_ai.schema.json and
// docs/configuration.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"

namespace lapack_ai::core {

// Where a key's value goes, which also tells its type.
using KeyTarget = std::variant<bool &(*)(Settings &), int &(*)(Settings &), std::int64_t &(*)(Settings &),
                               double &(*)(Settings &), std::string &(*)(Settings &),
                               std::vector<std::string> &(*)(Settings &),
                               std::map<std::string, std::string> &(*)(Settings &),
                               void (*)(Settings &, std::size_t word)>;  // one of `words`

struct Key {
    const char *path;  // "gpu.memory_limit_percent"
    KeyTarget target;
    double min = 0, max = 0;              // numbers: allowed range, ends included
    std::vector<std::string> words = {};  // choices; for numbers: words that stand for 0
    const char *environment = nullptr;    // "GPU_MEMORY_LIMIT", behind LAPACK_ or LAPACK_AI_
    const char *help = "";                // in brackets behind the requirement
};

const std::vector<Key> &keys();
const Key *find_key(std::string_view path);

// "must be a number from 10 to 95 (percent of the device's memory)".
std::string requirement(const Key &key);

// Index of `word` in key.words, case ignored; "warn" is taken for "warning".
std::size_t word_index(const Key &key, std::string_view word);  // words.size(): none

}  // namespace lapack_ai::core
