// One device with its context and everything that lives and dies with it: queues, pool, programs, pinned
// chunks.
#pragma once

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "device_choice.hpp"
#include "gemm_tuning.hpp"
#include "memory_pool.hpp"
#include "program_cache.hpp"
#include "staging.hpp"

namespace lapack_ai::opencl {

// Settings of `gpu.*` and the environment.
struct Settings {
    bool enabled = true;
    std::string device = "auto";
    double memory_limit_percent = 80;
    int max_concurrent_operations = 4;
    double watchdog_seconds = 120;
    std::string program_folder;
};

// What a timed-out operation still holds; freed once its last event is done.
struct Leftover {
    cl_command_queue queue;
    cl_event last;
    std::vector<void *> temporaries;
    std::vector<Chunk> chunks;
};

class Device {
  public:
    Device(const OpenclApi &api, DeviceFacts facts, const Settings &settings);
    ~Device();
    Device(const Device &) = delete;
    Device &operator=(const Device &) = delete;

    const OpenclApi &api() const { return api_; }
    const DeviceFacts &facts() const { return facts_; }
    // LAI_OCL_FEATURE_*: each is compiled for once, at first use.
    std::uint32_t features();

    cl_command_queue take_queue();
    void return_queue(cl_command_queue queue);
    void abandon(Leftover leftover);
    // Frees what abandoned operations held, as far as they are done.
    void reap();
    // After a loss nothing is released any more: calls on a dead context may crash or hang.
    void mark_lost();
    bool lost() const { return lost_.load(std::memory_order_acquire); }

    // A kernel by a number that the caller makes unique per source and options; `make` is asked once.
    template <typename Make>
    Kernel &kernel_by_number(std::uint64_t number, Make &&make) {
        {
            const std::shared_lock lock(numbered_mutex_);
            if (const auto at = numbered_.find(number); at != numbered_.end()) return *at->second;
        }
        Kernel &kernel = make();
        const std::unique_lock lock(numbered_mutex_);
        numbered_.emplace(number, &kernel);
        return kernel;
    }

  private:
    cl_command_queue new_queue();

    const OpenclApi &api_;
    DeviceFacts facts_;
    cl_context context_ = nullptr;
    cl_command_queue service_ = nullptr;  // touches slabs, maps pinned memory
    std::atomic<bool> lost_{false};
    std::once_flag probed_;
    std::uint32_t features_ = 0;
    std::mutex mutex_;
    std::vector<cl_command_queue> idle_queues_;
    std::vector<Leftover> leftovers_;
    std::shared_mutex numbered_mutex_;
    std::unordered_map<std::uint64_t, Kernel *> numbered_;

  public:
    Tuning tuning;
    std::unique_ptr<MemoryPool> pool;
    std::unique_ptr<ProgramCache> programs;
    std::unique_ptr<Staging> staging;
};

}  // namespace lapack_ai::opencl
