// Loads one plugin file into a host of a few lines, without core: for tests of plugins and of the SDK.
//     TestHost host;
//     TestPlugin plugin(CPU_LAPACK_PLUGIN, host);
//     CallBuilder call(LAI_OP_GEMM, LAI_DTYPE_F64);
//     ...
//     lai_result result = plugin.run(call);
// The host's arena keeps everything until the host dies; parallel_for runs items on plain threads.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lapack_ai/abi/plugin.h"
#include "lapack_ai/sdk/call_builder.hpp"

namespace lapack_ai::test {

// A lai_host. Set the members before the plugin is initialised.
class TestHost {
  public:
    TestHost();
    TestHost(const TestHost &) = delete;
    TestHost &operator=(const TestHost &) = delete;

    const lai_host *table() const noexcept { return &host_.table; }

    std::string options = "{}";                   // what options_json answers
    std::map<std::string, std::string> settings;  // path -> JSON text
    // Nested dispatch; null: LAI_DECLINED.
    std::function<lai_status(const lai_call &child, lai_cost &cost)> on_predict;
    std::function<lai_status(const lai_call &child, lai_result &result)> on_invoke;
    bool arena_is_empty = false;  // every arena_alloc fails
    std::vector<std::string> log() const;
    std::vector<const lai_op_schema *> registered_ops() const;

  private:
    struct Table {
        lai_host table{};
        TestHost *self = nullptr;
    };
    static TestHost &of(const lai_host *host);

    Table host_;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<std::byte[]>> arena_;
    std::vector<std::string> log_;
    std::vector<const lai_op_schema *> ops_;
    std::vector<std::string> spaces_;
};

// A plugin file, initialised. Throws std::runtime_error with the reason when it cannot be loaded.
class TestPlugin {
  public:
    TestPlugin(const std::string &path, const TestHost &host);
    ~TestPlugin();
    TestPlugin(const TestPlugin &) = delete;
    TestPlugin &operator=(const TestPlugin &) = delete;

    const lai_plugin_entry &entry() const noexcept { return *entry_; }
    const lai_backend &backend() const;
    // Null when there is none; an empty name means the first variant of the op.
    const lai_variant *variant(const std::string &op_id, const std::string &name = "") const;

    lai_status query(sdk::CallBuilder &call, lai_cost &cost, const std::string &name = "") const;
    // Query, workspace, execute. The status of the first that is not OK.
    lai_status execute(sdk::CallBuilder &call, lai_result &result, const std::string &name = "") const;
    // The same where success is expected: throws std::runtime_error with status and detail otherwise.
    lai_result run(sdk::CallBuilder &call, const std::string &name = "") const;

  private:
    const lai_plugin_entry *entry_ = nullptr;
};

}  // namespace lapack_ai::test
