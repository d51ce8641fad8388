// See session.hpp.
#include "session.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "lapack_ai/sdk/dtype.hpp"

namespace lapack_ai::conformance {

namespace {

constexpr std::size_t workspace_guard = 256;
constexpr std::byte guard{0xA7};

// FNV-1a: the same case from the same words on every machine.
std::uint64_t mix(std::uint64_t seed, const std::string &text) {
    std::uint64_t hash = 1469598103934665603u ^ (seed * 0x9E3779B97F4A7C15u);
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return hash;
}

std::string short_name(const std::string &op_id) {
    const std::size_t slash = op_id.rfind('/'), dot = op_id.rfind('.', slash);
    return op_id.substr(dot == std::string::npos ? 0 : dot + 1,
                        slash - (dot == std::string::npos ? 0 : dot + 1));
}

}  // namespace

const char *status_name(lai_status status) {
    constexpr const char *names[] = {"OK",      "DECLINED",    "BUSY",        "OUT_OF_MEMORY", "DEVICE_LOST",
                                     "TIMEOUT", "FAULT_CLEAN", "FAULT_DIRTY", "INVALID"};
    return status >= 0 && status < LAI_STATUS_COUNT ? names[status] : "no status of the contract";
}

Session::Session(const Options &o, const std::string &check, Messages &messages)
    : options(o), check_(check), messages_(messages) {
    host.options = o.options_json;
}

Session::~Session() {
    shutdown();
}

void Session::load() {
    at("loading");
    void *file = ::dlopen(options.file.c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed, as in core
    if (!file) throw std::runtime_error(std::string("the dynamic loader refuses it: ") + ::dlerror());
    entry_ = static_cast<const lai_plugin_entry *>(::dlsym(file, LAI_PLUGIN_ENTRY_SYMBOL));
    if (!entry_) throw std::runtime_error("it does not export " LAI_PLUGIN_ENTRY_SYMBOL);
    if (!LAI_HAS(entry_, lai_plugin_entry, get_extension) || !entry_->init || !entry_->shutdown ||
        !entry_->get_extension)
        throw std::runtime_error(LAI_PLUGIN_ENTRY_SYMBOL
                                 " is too small, or lacks init, shutdown or get_extension");
}

lai_status Session::init(std::string &reason) {
    at("init");
    char text[512] = "";
    const lai_status status = entry_->init(host.raw(), text, sizeof text);
    text[sizeof text - 1] = '\0';
    reason = text;
    initialised_ = status == LAI_OK;
    return status;
}

void Session::shutdown() {
    if (!initialised_) return;
    at("shutdown");
    initialised_ = false;
    entry_->shutdown();
}

void Session::find_variants() {
    variants_.clear();
    const auto *backend = static_cast<const lai_backend *>(extension(LAI_ROLE_BACKEND));
    if (!backend) return;
    for (std::uint32_t i = 0; i < backend->variant_count; ++i) {
        const lai_variant *v = backend->variants[i];
        const core::Op *op = core::OpTable::instance().find(std::string_view(v->op_id));
        variants_.push_back(
            {v, op, std::string(v->op_id) + (v->name && *v->name ? std::string(" ") + v->name : "")});
    }
}

bool Session::start() {
    load();
    std::string reason;
    const lai_status status = init(reason);
    if (status != LAI_OK) {
        nothing_to_check("init answers " + std::string(status_name(status)) + ": " + reason);
        return false;
    }
    find_variants();
    if (!variants_.empty()) return true;
    const auto *backend = static_cast<const lai_backend *>(extension(LAI_ROLE_BACKEND));
    nothing_to_check(backend && backend->unavailable ? backend->unavailable : "it is no backend");
    return false;
}

bool Session::wanted(const Variant &variant) const {
    if (!variant.op) return false;
    const std::string id = variant.table->op_id;
    if (!options.op.empty() && options.op != id && options.op != short_name(id)) return false;
    return options.variant.empty() || (variant.table->name && options.variant == variant.table->name);
}

void Session::each_case(const std::function<void(Case &)> &body, int count) {
    for (const Variant &variant : variants_) {
        if (!wanted(variant)) continue;
        for (lai_dtype dtype = LAI_DTYPE_F32; dtype <= LAI_DTYPE_C64; ++dtype) {
            if (!(variant.table->dtypes & variant.op->schema->dtypes & LAI_DTYPE_BIT(dtype))) continue;
            const char letter = letter_of(dtype);
            if (!options.dtype.empty() && options.dtype.find(letter) == std::string::npos) continue;
            for (int index = 0; index < std::min(options.cases, count); ++index) {
                if (options.only_case >= 0 && index != options.only_case) continue;
                const std::string words = check_ + variant.title + letter + std::to_string(index);
                Case one{variant, dtype, index, Random(mix(options.seed, words))};
                const char *name = variant.table->name;
                repeat_ = " --op " + std::string(variant.table->op_id) +
                          (name && *name ? std::string(" --variant ") + name : "") + " --dtype " + letter +
                          " --case " + std::to_string(index);
                body(one);
                host.mend();
                host.arena_reset();
            }
        }
    }
    repeat_.clear();
}

void Session::at(const Case &one, const Recipe &recipe) {
    messages_.at(one.variant.title + ", " + letter_of(one.dtype) + ", case " + std::to_string(one.index) +
                     ": " + recipe.describe(one.op()),
                 repeat_);
}

void Session::fail_as(const std::string &check, const std::string &what) {
    messages_.send({"fail", check, messages_.where(), what, repeat_});
}

Outcome Session::query(const Variant &variant, Problem &problem) {
    Outcome outcome;
    outcome.cost.size = sizeof outcome.cost;
    try {
        outcome.status = variant.table->query(variant.table->self, &problem.call(), &outcome.cost);
    } catch (...) {
        outcome.threw = true;
        outcome.status = LAI_FAULT_CLEAN;
        fail_as("exceptions", "query let an exception through; nothing may be thrown across the border");
    }
    outcome.queried = outcome.status == LAI_OK;
    return outcome;
}

Outcome Session::execute(const Variant &variant, Problem &problem, Outcome outcome, Workspace workspace) {
    lai_call &call = problem.call();
    const std::uint64_t bytes = workspace == Workspace::none ? 0 : outcome.cost.host_workspace_bytes;
    const auto release = [](void *memory) { std::free(memory); };
    std::unique_ptr<void, decltype(release)> scratch(nullptr, release);
    const std::size_t room = bytes + workspace_guard;
    if (bytes > 0) {
        scratch.reset(std::aligned_alloc(64, (room + 63) / 64 * 64));
        if (!scratch)
            throw std::runtime_error("no memory for a workspace of " + std::to_string(bytes) + " bytes");
        std::memset(static_cast<std::byte *>(scratch.get()) + bytes, static_cast<int>(guard),
                    workspace_guard);
    }
    call.workspace = scratch.get();
    call.workspace_bytes = bytes;
    outcome.result = {};
    outcome.result.size = sizeof outcome.result;
    messages_.called();
    try {
        outcome.status = variant.table->execute(variant.table->self, &call, &outcome.result);
    } catch (...) {
        outcome.threw = true;
        outcome.status = LAI_FAULT_CLEAN;
        fail_as("exceptions", "execute let an exception through; nothing may be thrown across the border");
    }
    if (bytes > 0) {
        const auto *end = static_cast<const std::byte *>(scratch.get()) + bytes;
        outcome.overrun = !std::all_of(end, end + workspace_guard, [](std::byte b) { return b == guard; });
    }
    call.workspace = nullptr;
    call.workspace_bytes = 0;
    return outcome;
}

Outcome Session::run(const Variant &variant, Problem &problem, Workspace workspace) {
    const Outcome asked = query(variant, problem);
    return asked.queried ? execute(variant, problem, asked, workspace) : asked;
}

Verdict Session::verdict(const Variant &variant, Problem &problem, const Outcome &outcome) {
    Verdict verdict;
    const lai_accuracy stated = variant.table->accuracy;
    const Claim claim{stated ? stated : LAI_ACCURACY_COMPONENTWISE, outcome.cost.error_coefficient,
                      outcome.cost.error_kind};
    knowledge_of(problem.op()).judge(problem, outcome.result, claim, verdict);
    return verdict;
}

bool Session::judged(const Case &one, Problem &problem, const Outcome &outcome) {
    if (outcome.threw || outcome.status == LAI_DECLINED || outcome.status == LAI_BUSY) return false;
    if (outcome.status != LAI_OK) {
        fail("execute answers " + std::string(status_name(outcome.status)) +
             (outcome.result.detail ? ": " + std::string(outcome.result.detail) : "") +
             "; it said yes to this call and nothing stood in the way");
        return false;
    }
    const Verdict found = verdict(one.variant, problem, outcome);
    if (!found.good()) fail(found.fault());
    return true;
}

}  // namespace lapack_ai::conformance
