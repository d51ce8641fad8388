// lai_context and the default one.
#pragma once

#include <memory>

#include "dispatch/dispatcher.hpp"
#include "lapack_ai/lapack_ai.h"
#include "runtime/runtime.hpp"

struct lai_context {
    std::shared_ptr<lapack_ai::core::Context> context;
    lapack_ai::core::Dispatcher *dispatcher;  // the context's, looked up once
};

namespace lapack_ai::core {

// The default context, made on first use; throws Error(configuration).
lai_context &default_context();

inline lai_context &context_or_default(lai_context *context) {
    return context != nullptr ? *context : default_context();
}

// The options of lai_context_create as the loader takes them. Throws Error(usage) for null texts.
LoadOptions load_options(const lai_context_options *options);

}  // namespace lapack_ai::core
