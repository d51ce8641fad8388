// lai_context and the default one.
#pragma once

#include <atomic>
#include <memory>

#include "dispatch/dispatcher.hpp"
#include "lapack_ai/lapack_ai.h"
#include "runtime/runtime.hpp"

struct lai_context {
    std::shared_ptr<lapack_ai::core::Context> context;
    lapack_ai::core::Dispatcher *dispatcher;  // the context's, looked up once
    std::uint32_t language;                   // LAI_LANGUAGE_* of its calls' texts
};

namespace lapack_ai::core {

namespace detail {
extern std::atomic<lai_context *> default_context;  // null until made
lai_context &make_default_context();
}  // namespace detail

// The given context, or the default one, which is made on first use; throws Error(configuration) then.
inline lai_context &context_or_default(lai_context *context) {
    if (context != nullptr) return *context;
    context = detail::default_context.load(std::memory_order_acquire);
    return context != nullptr ? *context : detail::make_default_context();
}

// Throws Error(usage), naming `where`, for a number that is no LAI_LANGUAGE_*.
void check_language(const char *where, std::uint32_t language);

// The options of lai_context_create as the loader takes them. Throws Error(usage) for null texts.
LoadOptions load_options(const lai_context_options *options);

}  // namespace lapack_ai::core
