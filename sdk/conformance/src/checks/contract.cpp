// The file, its tables and its life: what holds before the first call.
#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

#include "../manifest.hpp"
#include "checks.hpp"
#include "plugin/entry_check.hpp"
#include "plugin/platform.hpp"

namespace lapack_ai::conformance::checks {

namespace {

template <typename List>
bool holds(const List &list, const std::string &word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

void manifest(Session &s) {
    s.at("the manifest");
    ManifestFacts facts;
    try {
        facts = read_manifest(s.options.file);
    } catch (const std::exception &error) {
        return s.fail(error.what());
    }
    if (facts.abi_major != LAI_ABI_MAJOR || (LAI_ABI_MAJOR == 0 && facts.abi_minor != LAI_ABI_MINOR))
        s.fail("it names contract " + std::to_string(facts.abi_major) + "." +
               std::to_string(facts.abi_minor) + ", this kit is of " + std::to_string(LAI_ABI_MAJOR) + "." +
               std::to_string(LAI_ABI_MINOR));
    if (!facts.platform.empty() && facts.platform != core::platform())
        s.fail("it is for " + facts.platform + ", this is " + core::platform());
    if (facts.version.empty()) s.fail("it has no version");
    if (!facts.options_are_object) s.fail("\"options\" must be a JSON Schema, an object");
    if (facts.roles.empty()) s.fail("it names no role");
    s.load();
    if (!s.entry().id || facts.id != s.entry().id)
        s.fail("it says id '" + facts.id + "', " LAI_PLUGIN_ENTRY_SYMBOL " says '" +
               (s.entry().id ? s.entry().id : "(null)") + "'");
    std::string reason;
    if (s.init(reason) != LAI_OK) return;
    for (const char *role : {LAI_ROLE_BACKEND, LAI_ROLE_ENHANCER, LAI_ROLE_OBSERVER, LAI_ROLE_MEMORY})
        if (s.extension(role) && !holds(facts.roles, role))
            s.fail(std::string("the plugin offers the role ") + role + ", \"roles\" does not name it");
    s.find_variants();
    std::set<std::string> offered;
    for (const Variant &variant : s.variants()) offered.insert(variant.table->op_id);
    for (const std::string &op : offered)
        if (!holds(facts.ops, op)) s.fail("the plugin has a variant of " + op + ", \"ops\" does not name it");
    if (offered.empty()) return;  // no device here
    for (const std::string &op : facts.ops)
        if (!offered.count(op)) s.fail("\"ops\" names " + op + ", the plugin has no variant of it");
}

void exports(Session &s) {
    s.at("the symbols it exports");
    const std::vector<std::string> names = exported_symbols(s.options.file);
    if (!holds(names, LAI_PLUGIN_ENTRY_SYMBOL)) s.fail("it does not export " LAI_PLUGIN_ENTRY_SYMBOL);
    std::string others;
    int count = 0;
    for (const std::string &name : names)
        if (name != LAI_PLUGIN_ENTRY_SYMBOL && ++count <= 5) others += (others.empty() ? "" : ", ") + name;
    if (count > 0)
        s.fail("it exports " + std::to_string(count) +
               " symbols besides, which another library of the process may bind to: " + others +
               "; lapack_ai_add_plugin() hides them");
}

void tables(Session &s) {
    s.load();
    s.at("the entry table");
    const lai_plugin_entry &entry = s.entry();
    if (entry.size != sizeof entry && entry.size < LAI_SIZE_THROUGH(lai_plugin_entry, get_extension))
        s.fail("lai_plugin_entry.size is " + std::to_string(entry.size));
    if (std::string wrong = core::check_entry(entry, entry.id ? entry.id : ""); !wrong.empty()) s.fail(wrong);
    std::string reason;
    const lai_status status = s.init(reason);
    s.at("the tables of the roles");
    if (status != LAI_OK) {
        if (reason.empty()) s.fail("init answers " + std::string(status_name(status)) + " without a reason");
        s.note("init answers " + std::string(status_name(status)) + ": " + reason);
        return;
    }
    bool any = false;
    const auto check = [&](const char *role, const auto *table, auto function) {
        if (!table) return;
        any = true;
        if (std::string wrong = function(*table); !wrong.empty()) s.fail(std::string(role) + ": " + wrong);
        if (table != s.extension(role))
            s.fail(std::string(role) + ": get_extension answers another table each time");
    };
    check(LAI_ROLE_BACKEND, static_cast<const lai_backend *>(s.extension(LAI_ROLE_BACKEND)),
          core::check_backend);
    check(LAI_ROLE_ENHANCER, static_cast<const lai_enhancer *>(s.extension(LAI_ROLE_ENHANCER)),
          core::check_enhancer);
    check(LAI_ROLE_OBSERVER, static_cast<const lai_observer *>(s.extension(LAI_ROLE_OBSERVER)),
          core::check_observer);
    check(LAI_ROLE_MEMORY, static_cast<const lai_memory *>(s.extension(LAI_ROLE_MEMORY)), core::check_memory);
    if (!any) s.fail("get_extension offers no role");
    if (s.extension("org.example.nobody-has-this/1"))
        s.fail("get_extension must answer null for an unknown id");
    const auto *backend = static_cast<const lai_backend *>(s.extension(LAI_ROLE_BACKEND));
    if (!backend || !core::check_backend(*backend).empty()) return;
    if (backend->variant_count == 0 && !backend->unavailable)
        s.fail("a backend without variants must say why in `unavailable`");
    s.find_variants();
    std::set<std::string> titles;
    for (const Variant &variant : s.variants()) {
        const lai_variant &v = *variant.table;
        s.at(variant.title);
        if (!titles.insert(variant.title).second) s.fail("two variants of one op have the same name");
        if (!variant.op) {
            s.fail("op_id names an op that nobody has registered");
            continue;
        }
        if (v.dtypes & ~variant.op->schema->dtypes) s.fail("dtypes has bits that the op does not have");
        if (v.accuracy > LAI_ACCURACY_MIXED) s.fail("accuracy is none of the contract's classes");
        if (v.place > LAI_PLACE_COMPOSED) s.fail("place is none of the contract's");
        if (v.max_concurrency < 0) s.fail("max_concurrency is negative");
        for (std::uint32_t i = 0; i < v.range_count; ++i) {
            const lai_dim_range &range = core::entry(v.ranges, v.range_stride, i);
            if (range.dim >= variant.op->schema->dim_count)
                s.fail("a range is of a dim that the op does not have");
            if (range.max != 0 && range.max < range.min) s.fail("a range ends before it begins");
        }
    }
}

}  // namespace

std::span<const Check> contract() {
    static constexpr Check all[] = {
        {"manifest", "the manifest is there, and says what the plugin is", manifest},
        {"exports", "one symbol is exported", exports},
        {"tables", "sizes, names and masks of all tables", tables}};
    return all;
}

}  // namespace lapack_ai::conformance::checks
