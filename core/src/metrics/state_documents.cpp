#include "metrics/state_documents.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include <unistd.h>

#include "dispatch/op_table.hpp"
#include "metrics/call_documents.hpp"
#include "metrics/process_recorder.hpp"
#include "metrics/recording.hpp"
#include "metrics/snapshot.hpp"
#include "runtime/runtime.hpp"

namespace lapack_ai::core {
namespace {

using nlohmann::ordered_json;

struct Offered {
    std::mutex mutex;
    std::vector<std::weak_ptr<Context>> contexts;
};

Offered &offered() {
    static Offered &instance = *new Offered;  // observers may ask until the process ends
    return instance;
}

std::string dump(const ordered_json &document) {
    return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

// Text that should be JSON: null when it is not.
ordered_json parsed(const std::string &text) {
    ordered_json value = ordered_json::parse(text, nullptr, false);
    return value.is_discarded() ? ordered_json(nullptr) : value;
}

ordered_json plugin_json(const PluginStatus &plugin) {
    return {{"id", plugin.id},
            {"state", to_string(plugin.state)},
            {"reason", plugin.reason},
            {"path", plugin.path},
            {"version", plugin.version},
            {"title", plugin.title},
            {"license", plugin.license},
            {"roles", plugin.roles},
            {"ops", plugin.ops},
            {"variants", plugin.variants},
            {"observer_url", plugin.observer_url},
            {"devices", parsed(plugin.devices_json)}};
}

ordered_json plugins_json(const std::vector<PluginStatus> &plugins) {
    ordered_json list = ordered_json::array();
    for (const PluginStatus &plugin : plugins) list.push_back(plugin_json(plugin));
    return list;
}

// What each backend says of its devices, one object a device, with the plugin's id added.
ordered_json devices(const std::vector<PluginStatus> &plugins) {
    ordered_json list = ordered_json::array();
    for (const PluginStatus &plugin : plugins) {
        ordered_json described = parsed(plugin.devices_json);
        if (described.is_object() && described.contains("devices")) described = described["devices"];
        if (described.is_object()) described = ordered_json::array({described});
        if (!described.is_array()) continue;
        for (ordered_json &device : described) {
            if (!device.is_object()) continue;
            device["plugin"] = plugin.id;
            list.push_back(device);
        }
    }
    return list;
}

ordered_json breakers(const std::vector<BreakerStatus> &all) {
    ordered_json list = ordered_json::array();
    for (const BreakerStatus &breaker : all)
        list.push_back({{"backend", breaker.plugin},
                        {"variant", breaker.variant},
                        {"op", breaker.op},
                        {"device", breaker.device},
                        {"state", breaker.state},
                        {"failures", breaker.failures},
                        {"open_s_left", breaker.open_seconds_left}});
    return list;
}

std::string cpu_model() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) return line.substr(std::min(line.find(": ") + 2, line.size()));
    return "unknown";
}

ordered_json machine() {
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return {
        {"cpu", cpu_model()},
        {"cores", std::thread::hardware_concurrency()},
        {"memory_bytes",
         pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) : 0}};
}

ordered_json info(const RuntimeInfo &runtime) {
    return {{"version", runtime.version},
            {"abi", std::to_string(runtime.abi_major) + '.' + std::to_string(runtime.abi_minor)},
            {"machine", machine()},
            {"threads", runtime.threads},
            {"threads_reason", runtime.threads_reason},
            {"calibrated", runtime.calibrated},
            {"profile", runtime.profile},
            {"plugins", plugins_json(runtime.plugins)},
            {"warnings", runtime.warnings}};
}

ordered_json config(const Settings &settings) {
    ordered_json values = ordered_json::array();
    for (const auto &[key, value] : settings.values) {
        const auto from = settings.provenance.find(key);
        const bool known = from != settings.provenance.end();
        values.push_back({{"key", key},
                          {"value", parsed(value)},
                          {"source", known ? from->second.source : ""},
                          {"line", known ? from->second.line : 0}});
    }
    return {{"values", values}, {"warnings", settings.warnings}};
}

std::string letters_of(std::uint64_t dtypes) {
    std::string letters;
    for (lai_dtype dtype = LAI_DTYPE_F32; dtype <= LAI_DTYPE_C64; ++dtype)
        if ((dtypes & LAI_DTYPE_BIT(dtype)) != 0) letters += dtype_letter(dtype);
    return letters;
}

ordered_json op_json(const Op &op) {
    const lai_op_schema &schema = *op.schema;
    const auto text = [](const char *s) { return std::string(s != nullptr ? s : ""); };
    ordered_json dims = ordered_json::array(), flags = ordered_json::array(), scalars = ordered_json::array(),
                 operands = ordered_json::array();
    for (std::uint32_t i = 0; i < schema.dim_count; ++i)
        dims.push_back(entry(schema.dims, schema.dim_stride, i).name);
    for (std::uint32_t i = 0; i < schema.flag_count; ++i) {
        const lai_flag_schema &flag = entry(schema.flags, schema.flag_stride, i);
        flags.push_back({{"name", flag.name},
                         {"letters", flag.letters},
                         {"initial", std::string(1, static_cast<char>(flag.initial))}});
    }
    for (std::uint32_t i = 0; i < schema.scalar_count; ++i)
        scalars.push_back(entry(schema.scalars, schema.scalar_stride, i).name);
    for (const CompiledOperand &compiled : op.operands) {
        const lai_operand_schema &operand = *compiled.schema;
        static constexpr const char *elements[] = {"T", "real T", "complex T", "int64", "int32", "float"};
        const bool known = operand.element < std::size(elements);
        operands.push_back({{"name", operand.name},
                            {"rows", operand.rows},
                            {"cols", operand.cols},
                            {"element", known ? elements[operand.element] : ""},
                            {"reads", operand.reads != nullptr ? operand.reads : "0"},
                            {"writes", operand.writes != nullptr ? operand.writes : "0"},
                            {"vector", operand.is_vector != 0}});
    }
    return {{"id", schema.id},
            {"name", op.short_name},
            {"title", text(schema.title)},
            {"lapack", text(schema.lapack)},
            {"dtypes", letters_of(schema.dtypes)},
            {"arguments", text(schema.arguments)},
            {"dims", dims},
            {"flags", flags},
            {"scalars", scalars},
            {"operands", operands},
            {"flops", text(schema.flops)},
            {"require", text(schema.require)},
            {"row_major", schema.row_major == LAI_ROW_MAJOR_MAPPED ? "mapped" : "copy"}};
}

ordered_json ops() {
    ordered_json list = ordered_json::array();
    for (const Op *op : OpTable::instance().all()) list.push_back(op_json(*op));
    return {{"ops", list}};
}

std::string breaker_family(const std::vector<BreakerStatus> &all) {
    std::string text =
        "# HELP lapack_ai_breaker_state Circuit breaker: 0 closed, 1 half open, 2 open.\n"
        "# TYPE lapack_ai_breaker_state gauge\n";
    for (const BreakerStatus &breaker : all)
        text += "lapack_ai_breaker_state{backend=\"" + prometheus_label(breaker.plugin) + "\",variant=\"" +
                prometheus_label(breaker.variant) + "\",op=\"" + prometheus_label(breaker.op) +
                "\",device=\"" + prometheus_label(breaker.device) + "\"} " +
                (breaker.state == "OPEN"        ? "2"
                 : breaker.state == "HALF_OPEN" ? "1"
                                                : "0") +
                '\n';
    return text;
}

}  // namespace

void offer_documents(const std::shared_ptr<Context> &context) {
    Offered &all = offered();
    const std::lock_guard lock(all.mutex);
    std::erase_if(all.contexts, [](const std::weak_ptr<Context> &one) { return one.expired(); });
    all.contexts.push_back(context);
}

std::shared_ptr<Context> document_context() {
    Offered &all = offered();
    {
        const std::lock_guard lock(all.mutex);
        for (const std::weak_ptr<Context> &one : all.contexts)
            if (std::shared_ptr<Context> context = one.lock()) return context;
    }
    return Runtime::instance().default_context();
}

std::string state_document(const std::string &name, Context &context) {
    if (name == "info") return dump(info(context.info()));
    if (name == "plugins") return dump({{"plugins", plugins_json(context.plugins())}});
    if (name == "config") return dump(config(*context.settings()));
    if (name == "ops") return dump(ops());
    if (name == "devices") return dump({{"devices", devices(context.plugins())}});
    if (name == "breakers") return dump({{"breakers", breakers(context.breakers())}});
    if (name == "decisions") return decisions_document(process_metrics(), context.dispatcher());
    if (name == "crossover") return crossover_document(process_metrics(), context.dispatcher());
    if (name == "snapshot") return snapshot_document(process_metrics());
    if (name == "recording") return recording_document(process_metrics(), context);
    if (name == "prometheus")
        return prometheus_document(process_metrics(), breaker_family(context.breakers()));
    return {};
}

}  // namespace lapack_ai::core
