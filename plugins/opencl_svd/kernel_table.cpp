// The table: read under a shared lock, filled under an exclusive one.
#include "kernel_table.hpp"

#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace lapack_ai::opencl_svd {

lai_ocl_kernel *kernel(const char *source, const std::string &options, const char *name) {
    static std::shared_mutex mutex;
    static std::unordered_map<std::string, lai_ocl_kernel *> table;
    const std::string key = std::string(name) + ' ' + options;
    {
        const std::shared_lock lock(mutex);
        if (const auto at = table.find(key); at != table.end()) return at->second;
    }
    lai_ocl_kernel *const built = opencl::kernel(source, options, name);
    const std::unique_lock lock(mutex);
    return table.emplace(key, built).first->second;
}

}  // namespace lapack_ai::opencl_svd
