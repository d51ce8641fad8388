// Plugins that go wrong, each in its own way: compiled once per fault with -DFAULT_<NAME>. Written against
// the bare ABI, since the SDK's wrapper would catch half of this.
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "lapack_ai/abi/backend.h"
#include "lapack_ai/abi/plugin.h"

namespace {

[[maybe_unused]] void crash() {
    // A signal and not a wild write: no optimiser and no sanitizer can look through it.
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
}

#if defined(FAULT_LOAD_CRASHES)
__attribute__((constructor)) void at_load() {
    crash();
}
#elif defined(FAULT_LOAD_EXITS)
__attribute__((constructor)) void at_load() {
    ::_exit(0);
}
#endif

[[maybe_unused]] lai_status init(const lai_host *, [[maybe_unused]] char *reason,
                                 [[maybe_unused]] size_t capacity) {
#if defined(FAULT_INIT_CRASHES)
    crash();
#elif defined(FAULT_INIT_HANGS)
    for (;;) ::pause();
#elif defined(FAULT_INIT_THROWS)
    throw std::runtime_error("no such luck");
#elif defined(FAULT_INIT_ABORTS)
    std::abort();
#elif defined(FAULT_INIT_EXITS)
    std::exit(7);
#elif defined(FAULT_INIT_FAILS)
    std::strncpy(reason, "the library it needs is not there", capacity - 1);
    return LAI_FAULT_CLEAN;
#elif defined(FAULT_INIT_DECLINES)
    std::strncpy(reason, "no such device in this machine", capacity - 1);
    return LAI_DECLINED;
#endif
    return LAI_OK;
}

void shut_down() {
#if defined(FAULT_SHUTDOWN_CRASHES)
    crash();
#endif
}

#if defined(FAULT_WILD_BACKEND)
const lai_variant *const *const nowhere = reinterpret_cast<const lai_variant *const *>(sizeof(void *));
const lai_backend backend = {sizeof(lai_backend), 3, nowhere, nullptr, nullptr, nullptr, nullptr};
#elif defined(FAULT_EMPTY_VARIANT)
const lai_variant variant = {};
const lai_variant *const variants[] = {&variant};
const lai_backend backend = {sizeof(lai_backend), 1, variants, nullptr, nullptr, nullptr, nullptr};
#elif defined(FAULT_NO_DEVICE)
const lai_backend backend = {sizeof(lai_backend), 0, nullptr, "no device found", nullptr, nullptr, nullptr};
#else
const lai_backend backend = {sizeof(lai_backend), 0, nullptr, nullptr, nullptr, nullptr, nullptr};
#endif

const void *extension(const char *id) {
    return std::strcmp(id, LAI_ROLE_BACKEND) == 0 ? &backend : nullptr;
}

}  // namespace

#if defined(FAULT_UNDEFINED_SYMBOL)
extern "C" void symbol_that_nobody_defines();
void *volatile uses_it = reinterpret_cast<void *>(&symbol_that_nobody_defines);
#endif

#if defined(FAULT_NO_ENTRY)
// Nothing is exported: the table exists but not under its name.
__attribute__((used)) static const lai_plugin_entry unnamed = {
#else
LAI_DEFINE_PLUGIN_ENTRY = {
#endif
#if defined(FAULT_SMALL_ENTRY)
    8,
#else
    sizeof(lai_plugin_entry),
#endif
#if defined(FAULT_ENTRY_ABI)
    99,
#else
    LAI_ABI_MAJOR,
#endif
    LAI_ABI_MINOR,
    0,
#if defined(FAULT_OTHER_ID)
    "somebody_else",
#else
    LAPACK_AI_PLUGIN_ID,
#endif
#if defined(FAULT_NO_INIT)
    nullptr,
#else
    init,
#endif
    shut_down,
    nullptr,
    extension};
