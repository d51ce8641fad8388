#include "dispatch/native_gemm.hpp"

#include <dlfcn.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "lapack_ai/lapack_ai.h"

namespace lapack_ai::bench {

std::string plugin_path(const std::string &plugin) {
    const std::int64_t length = lai_document(nullptr, "plugins", nullptr, 0);
    if (length < 0) throw std::runtime_error(lai_last_error());
    std::string text(static_cast<std::size_t>(length) + 1, '\0');
    lai_document(nullptr, "plugins", text.data(), text.size());
    text.resize(static_cast<std::size_t>(length));
    const auto document = nlohmann::json::parse(text);
    for (const auto &entry : document.at("plugins")) {
        if (entry.at("id") == plugin && entry.at("state") == "ready") return entry.at("path");
    }
    return {};
}

NativeGemm native_gemm() {
    const std::string path = plugin_path("cpu_lapack");
    if (path.empty()) throw std::runtime_error("cpu_lapack is not loaded");
    // Opening a file that is mapped already gives the same copy.
    void *file = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (file == nullptr) throw std::runtime_error(dlerror());
    const auto *entry = static_cast<const lai_plugin_entry *>(dlsym(file, LAI_PLUGIN_ENTRY_SYMBOL));
    const auto *native =
        entry == nullptr ? nullptr
                         : static_cast<const lai_bench_native *>(entry->get_extension(LAI_EXT_BENCH_NATIVE));
    if (native == nullptr) throw std::runtime_error(path + " has no " LAI_EXT_BENCH_NATIVE);
    NativeGemm gemm;
    gemm.dgemm = reinterpret_cast<Dgemm>(native->symbol("dgemm_"));
    gemm.set_threads = native->set_threads;
    if (gemm.dgemm == nullptr) throw std::runtime_error(path + " does not name dgemm_");
    return gemm;
}

}  // namespace lapack_ai::bench
