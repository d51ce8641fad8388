#include "fake_backend.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "dispatch/op_table.hpp"

namespace lapack_ai::core::test {

namespace {

constexpr std::size_t slot_count = 8;
std::array<FakePlugin *, slot_count> in_slot{};

lai_status query(void *self, const lai_call *call, lai_cost *cost) {
    auto &v = *static_cast<FakeVariant *>(self);
    v.queried.fetch_add(1);
    if (v.on_query) v.on_query(call);
    if (v.declines != LAI_REASON_NONE) {
        cost->reason = v.declines;
        return LAI_DECLINED;
    }
    cost->compute_seconds = v.seconds;
    cost->sigma = v.sigma;
    cost->host_workspace_bytes = v.workspace;
    cost->device_peak_bytes = v.device_peak;
    cost->device_available_bytes = v.device_available;
    cost->nondeterministic = v.nondeterministic;
    cost->stays_clean = v.stays_clean;
    return LAI_OK;
}

lai_status execute(void *self, const lai_call *call, lai_result *result) {
    auto &v = *static_cast<FakeVariant *>(self);
    v.executed.fetch_add(1);
    if (v.behaviour) return v.behaviour(call, result);
    plain_gemm(call);
    return LAI_OK;
}

// An entry table has no context pointer, so every slot has functions of its own.
template <std::size_t slot>
struct Entry {
    static lai_status init(const lai_host *host, char *reason, std::size_t capacity) {
        FakePlugin &p = *in_slot[slot];
        p.inits.fetch_add(1);
        p.host = host;
        if (p.init_failure.empty()) return LAI_OK;
        std::strncpy(reason, p.init_failure.c_str(), capacity - 1);
        return LAI_DECLINED;
    }
    static void shutdown() { in_slot[slot]->shutdowns.fetch_add(1); }
    static void after_fork_child() { in_slot[slot]->forks.fetch_add(1); }
    static const void *get_extension(const char *id) {
        FakePlugin &p = *in_slot[slot];
        const bool backend = !p.variants.empty() || !p.unavailable.empty();
        if (std::strcmp(id, LAI_ROLE_BACKEND) == 0 && backend) return &p.backend;
        if (std::strcmp(id, LAI_ROLE_ENHANCER) == 0) return p.enhancer;
        if (std::strcmp(id, LAI_ROLE_MEMORY) == 0) return p.memory;
        if (std::strcmp(id, LAI_ROLE_OBSERVER) == 0) return p.observer;
        return nullptr;
    }
};

template <std::size_t... slots>
std::array<lai_plugin_entry, slot_count> make_entries(std::index_sequence<slots...>) {
    return {{{sizeof(lai_plugin_entry), LAI_ABI_MAJOR, LAI_ABI_MINOR, 0, nullptr, Entry<slots>::init,
              Entry<slots>::shutdown, Entry<slots>::after_fork_child, Entry<slots>::get_extension}...}};
}

std::array<lai_plugin_entry, slot_count> entries = make_entries(std::make_index_sequence<slot_count>());

void fill_tables(FakePlugin &plugin) {
    plugin.tables.clear();
    for (const auto &v : plugin.variants) {
        lai_variant &t = v->table;
        t.size = sizeof(t);
        t.place = v->place;
        t.name = v->name.c_str();
        t.op_id = v->op_id.c_str();
        t.dtypes = v->dtypes;
        t.flags = v->flags;
        t.ranges = v->ranges.data();
        t.range_count = static_cast<std::uint32_t>(v->ranges.size());
        t.range_stride = sizeof(lai_dim_range);
        t.spaces = v->spaces.data();
        t.space_count = static_cast<std::uint32_t>(v->spaces.size());
        t.accuracy = v->accuracy;
        t.max_concurrency = v->max_concurrency;
        t.device = v->device.c_str();
        t.self = v.get();
        t.query = query;
        t.execute = execute;
        plugin.tables.push_back(&t);
    }
    plugin.backend.size = sizeof(plugin.backend);
    plugin.backend.variant_count = static_cast<std::uint32_t>(plugin.tables.size());
    plugin.backend.variants = plugin.tables.data();
    plugin.backend.unavailable = plugin.unavailable.empty() ? nullptr : plugin.unavailable.c_str();
}

}  // namespace

void plain_gemm(const lai_call *call) {
    const lai_operand &a = *LAI_OPERAND(call, LAI_GEMM_A);
    const lai_operand &b = *LAI_OPERAND(call, LAI_GEMM_B);
    const lai_operand &c = *LAI_OPERAND(call, LAI_GEMM_C);
    const double alpha = call->scalars[LAI_GEMM_ALPHA].re, beta = call->scalars[LAI_GEMM_BETA].re;
    const auto at = [](const lai_operand &x, std::int64_t i, std::int64_t j) -> double & {
        return static_cast<double *>(x.data)[j * x.ld + i];
    };
    for (std::int64_t j = 0; j < c.cols; ++j) {
        for (std::int64_t i = 0; i < c.rows; ++i) {
            double sum = 0;
            for (std::int64_t l = 0; l < a.cols; ++l) sum += at(a, i, l) * at(b, l, j);
            at(c, i, j) = alpha * sum + (beta == 0 ? 0 : beta * at(c, i, j));
        }
    }
}

FakeVariant &FakePlugin::add(double seconds, const std::string &name) {
    variants.push_back(std::make_unique<FakeVariant>());
    variants.back()->seconds = seconds;
    variants.back()->name = name;
    return *variants.back();
}

FakePlugin &FakeWorld::add_plugin(const std::string &id) {
    for (std::size_t slot = 0; slot < slot_count; ++slot) {
        if (in_slot[slot] != nullptr) continue;
        plugins_.push_back(std::make_unique<FakePlugin>(id));
        in_slot[slot] = plugins_.back().get();
        entries[slot].id = plugins_.back()->id.c_str();
        slots_.push_back(slot);
        return *plugins_.back();
    }
    throw std::logic_error("too many fake plugins");
}

Runtime &FakeWorld::runtime() {
    if (runtime_ != nullptr) return *runtime_;
    RuntimeOptions options;
    options.load = [this](const LoadOptions &load) {
        auto made = std::make_shared<Settings>(settings);
        for (const Override &o : load.overrides)
            made->plugins[o.path].enabled = o.value == "false" ? Enabled::no : Enabled::yes;
        return made;
    };
    options.discover = [this](const Settings &wanted) {
        std::vector<std::shared_ptr<LoadedPlugin>> found;
        for (std::size_t i = 0; i < plugins_.size(); ++i) {
            fill_tables(*plugins_[i]);
            auto plugin = std::make_shared<LoadedPlugin>();
            plugin->id = plugins_[i]->id;
            plugin->path = "/fake/" + plugin->id + ".so";
            plugin->manifest.id = plugin->id;
            plugin->manifest.needs_device = plugins_[i]->needs_device;
            const auto setting = wanted.plugins.find(plugin->id);
            if (setting != wanted.plugins.end() && setting->second.enabled == Enabled::no) {
                plugin->state = PluginState::disabled;
                plugin->reason = "plugins." + plugin->id + ".enabled is false";
            } else {
                plugin->state = PluginState::ready;
                plugin->entry = &entries[slots_[i]];
            }
            found.push_back(std::move(plugin));
        }
        return found;
    };
    options.now_ns = [this] { return now.load(); };
    options.cost_model = cost_model;
    options.recorder = recorder;
    runtime_ = std::make_unique<Runtime>(std::move(options));
    return *runtime_;
}

Context &FakeWorld::context() {
    if (context_ == nullptr) context_ = runtime().make_context({});
    return *context_;
}

FakeWorld::~FakeWorld() {
    context_.reset();
    runtime_.reset();
    for (const std::size_t slot : slots_) in_slot[slot] = nullptr;
}

GemmCall::GemmCall(std::int64_t size, double beta)
    : n(size), dims{n, n, n}, letters{'N', 'N'}, scalars{{2, 0}, {beta, 0}} {
    const auto count = static_cast<std::size_t>(n * n);
    for (std::size_t i = 0; i < count; ++i) {
        a.push_back(std::sin(static_cast<double>(i)));
        b.push_back(std::cos(static_cast<double>(3 * i)));
        c0.push_back(static_cast<double>(i % 7));
    }
    c = c0;
    for (std::vector<double> *matrix : {&a, &b, &c}) {
        lai_operand operand{};
        operand.size = sizeof(operand);
        operand.dtype = LAI_DTYPE_F64;
        operand.data = matrix->data();
        operand.rows = operand.cols = n;
        operand.ld = std::max<std::int64_t>(n, 1);
        operands.push_back(operand);
    }
    call.size = sizeof(call);
    call.op = OpTable::instance().find(LAI_OP_GEMM)->number;
    call.dtype = LAI_DTYPE_F64;
    call.dims = dims.data();
    call.flags = letters.data();
    call.scalars = scalars.data();
    call.operands = operands.data();
    call.dim_count = 3;
    call.flag_count = 2;
    call.scalar_count = 2;
    call.operand_count = 3;
    call.operand_stride = sizeof(lai_operand);
    call.batch = 1;
}

double GemmCall::error() const {
    std::vector<double> expected = c0;
    std::vector<lai_operand> mine = operands;
    mine[2].data = expected.data();
    lai_call check = call;
    check.operands = mine.data();
    plain_gemm(&check);
    double largest = 0;
    for (std::size_t i = 0; i < c.size(); ++i) largest = std::max(largest, std::abs(c[i] - expected[i]));
    return largest;
}

void GemmCall::reset() {
    std::copy(c0.begin(), c0.end(), c.begin());
}

}  // namespace lapack_ai::core::test
