#include "native_gemm.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace lapack_ai::bench {
namespace {

using Routine = void (*)(const char *, const char *, const int *, const int *, const int *, const void *,
                         const void *, const int *, const void *, const int *, const void *, void *,
                         const int *);

const char letters[] = "sdcz";

}  // namespace

NativeGemm::NativeGemm(const std::string &plugin) {
    void *file = dlopen(plugin.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (file == nullptr) throw std::runtime_error(dlerror());
    const auto *entry = static_cast<const lai_plugin_entry *>(dlsym(file, LAI_PLUGIN_ENTRY_SYMBOL));
    if (entry == nullptr) throw std::runtime_error(plugin + " has no " + LAI_PLUGIN_ENTRY_SYMBOL);
    static lai_host host = [] {  // all that initialising a CPU backend asks for
        lai_host h{};
        h.size = sizeof h;
        h.abi_major = LAI_ABI_MAJOR;
        h.abi_minor = LAI_ABI_MINOR;
        h.log = [](const lai_host *, uint32_t, const char *) {};
        h.options_json = [](const lai_host *) { return "{}"; };
        h.setting_json = [](const lai_host *, const char *) -> const char * { return nullptr; };
        h.op_number = [](const lai_host *, const char *) -> uint32_t { return 0; };
        h.metric = [](const lai_host *, uint32_t, const char *, const char *) -> uint32_t { return 0; };
        h.get_extension = [](const lai_host *, const char *) -> const void * { return nullptr; };
        return h;
    }();
    char reason[256] = "";
    if (entry->init(&host, reason, sizeof reason) != LAI_OK) throw std::runtime_error(plugin + ": " + reason);
    native_ = static_cast<const lai_bench_native *>(entry->get_extension(LAI_EXT_BENCH_NATIVE));
    if (native_ == nullptr) throw std::runtime_error(plugin + " does not offer " + LAI_EXT_BENCH_NATIVE);
    for (int i = 0; i < 4; ++i) {
        const std::string name = std::string(1, letters[i]) + "gemm_";
        routines_[i] = native_->symbol(name.c_str());
        if (routines_[i] == nullptr) throw std::runtime_error(plugin + " has no " + name);
    }
}

void NativeGemm::operator()(char letter, const alpha_gemm::Gemm &g) const {
    const int which = static_cast<int>(std::string(letters).find(letter));
    const int m = static_cast<int>(g.m), n = static_cast<int>(g.n), k = static_cast<int>(g.k);
    const int lda = static_cast<int>(g.lda), ldb = static_cast<int>(g.ldb), ldc = static_cast<int>(g.ldc);
    const std::complex<float> alpha_single(g.alpha),
        beta_single(g.beta);  // real routines read the first half
    const bool single = letter == 's' || letter == 'c';
    const void *alpha = single ? static_cast<const void *>(&alpha_single) : &g.alpha;
    const void *beta = single ? static_cast<const void *>(&beta_single) : &g.beta;
    reinterpret_cast<Routine>(routines_[which])(&g.trans_a, &g.trans_b, &m, &n, &k, alpha, g.A, &lda, g.B,
                                                &ldb, beta, g.C, &ldc);
}

NativeServices::NativeServices(const NativeGemm &native, char letter, int threads)
    : native_(native), letter_(letter), threads_(threads) {
    for (std::int32_t w = 1; w < threads; ++w) helpers_.emplace_back([this, w] { serve(w); });
}

NativeServices::~NativeServices() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    for (std::thread &helper : helpers_) helper.join();
}

bool NativeServices::multiply(const alpha_gemm::Gemm &product, bool one_thread) {
    native_.set_threads(one_thread ? 1 : threads_);
    native_(letter_, product);
    return true;
}

void NativeServices::parallel_for(std::int64_t count, void (*task)(void *, std::int64_t, std::int32_t),
                                  void *context) {
    {
        const std::lock_guard lock(mutex_);
        task_ = task;
        context_ = context;
        count_ = count;
        next_ = 0;
        running_ = static_cast<int>(helpers_.size());
        ++round_;
    }
    wake_.notify_all();
    work(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return running_ == 0; });
}

void NativeServices::work(std::int32_t worker) {
    for (;;) {
        std::int64_t item;
        {
            const std::lock_guard lock(mutex_);
            if (next_ >= count_) return;
            item = next_++;
        }
        task_(context_, item, worker);
    }
}

void NativeServices::serve(std::int32_t worker) {
    std::uint64_t seen = 0;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [&] { return stop_ || round_ != seen; });
            if (stop_) return;
            seen = round_;
        }
        work(worker);
        const std::lock_guard lock(mutex_);
        if (--running_ == 0) done_.notify_one();
    }
}

}  // namespace lapack_ai::bench
