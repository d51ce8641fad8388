// See library.hpp. The only module that includes Boost.DLL.
#define BOOST_DLL_USE_STD_FS

#include "plugin/library.hpp"

#include <boost/dll/shared_library.hpp>
#include <mutex>
#include <vector>

#include "base/error.hpp"

namespace lapack_ai::core {

const lai_plugin_entry *map_plugin(const std::string &path) {
    namespace dll = boost::dll;
    // Never destroyed, since a shared_library closes its file when it goes.
    static std::mutex &mutex = *new std::mutex;
    static std::vector<dll::shared_library> &mapped = *new std::vector<dll::shared_library>;

    if (path.empty() || path.front() != '/') {
        throw Error(ErrorKind::backend_failed, "'" + path + "' is not an absolute path");
    }
    try {
        // The throwing form: only it carries dlerror's text.
        dll::shared_library library(std::filesystem::path(path),
                                    dll::load_mode::rtld_now | dll::load_mode::rtld_local);
        const std::lock_guard lock(mutex);
        mapped.push_back(std::move(library));
        if (!mapped.back().has(LAI_PLUGIN_ENTRY_SYMBOL)) {
            throw Error(ErrorKind::backend_failed, "does not export " LAI_PLUGIN_ENTRY_SYMBOL);
        }
        return &mapped.back().get<const lai_plugin_entry>(LAI_PLUGIN_ENTRY_SYMBOL);
    } catch (const Error &) {
        throw;
    } catch (const std::exception &error) {
        // Boost puts its own words before dlerror's, in brackets.
        std::string text = error.what();
        throw Error(ErrorKind::backend_failed, "cannot be loaded: " + text);
    }
}

}  // namespace lapack_ai::core
