// The part of JSON Schema (draft 2020-12) that plugin options need: type, enum, const, minimum, maximum,
// exclusiveMinimum, exclusiveMaximum, minLength, properties, additionalProperties, items, anyOf, oneOf.
// Other keywords are ignored, as the standard asks of unknown ones; `required` too, since options have
// defaults. One rule is ours: a schema that lists properties and does not speak of additional ones means that
// there are none, because in a configuration an unknown key is a misspelt one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/value.hpp"

namespace lapack_ai::core {

// Appends "where: path.key = value: requirement" for every option in the map `options` that the schema
// refuses. A schema that is itself broken is one problem.
void check_options(const std::string &schema_text, const Value &options, const std::string &path,
                   std::vector<std::string> &problems);

// The `default` values of a schema's properties as a map with `source`; empty for a broken schema.
Value option_defaults(const std::string &schema_text, const std::shared_ptr<const Source> &source);

}  // namespace lapack_ai::core
