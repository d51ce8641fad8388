// Checks one layer against the key table and the plugins' own schemas.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/value.hpp"

namespace lapack_ai::core {

// Appends "where: key = value: requirement" for everything wrong in `layer`: unknown keys (with a
// suggestion), wrong types, values out of range, keys without a value, plugin options that their schema
// refuses. `plugin_schemas` holds JSON Schema text by plugin id; options of other plugins pass unchecked.
void check_layer(const Value &layer, const std::map<std::string, std::string> &plugin_schemas,
                 std::vector<std::string> &problems);

// Whether `id` may name a plugin: [a-z][a-z0-9_]*, at most 64 letters.
bool is_plugin_id(const std::string &id);

}  // namespace lapack_ai::core
