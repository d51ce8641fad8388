// Documents about the library's state, as JSON: which need a context to ask.
#pragma once

#include <memory>
#include <string>

namespace lapack_ai::core {

class Context;

// Lets observers' documents speak of this context while it lives; the oldest living one is asked, and without
// any the process's default context. [any]
void offer_documents(const std::shared_ptr<Context> &context);

// A context to ask. Throws Error(configuration) when the default one cannot be made.
std::shared_ptr<Context> document_context();

// One of "info", "plugins", "config", "ops", "devices", "breakers", "decisions", "crossover", "snapshot",
// "prometheus", "recording"; empty for another name. docs/api.md lists the members. [any]
std::string state_document(const std::string &name, Context &context);

}  // namespace lapack_ai::core
