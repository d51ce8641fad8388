// See entry_check.hpp.
#include "plugin/entry_check.hpp"

namespace lapack_ai::core {

namespace {

// Ids and names are short; a longer one is a wild pointer that happened to be readable.
constexpr std::size_t name_limit = 256;

bool is_name(const char *text) {
    if (!text) return false;
    for (std::size_t i = 0; i < name_limit; ++i) {
        if (text[i] == '\0') return i > 0;
        if (static_cast<unsigned char>(text[i]) < 0x20) return false;
    }
    return false;
}

std::string check_variant(const lai_variant *variant, std::uint32_t number) {
    const std::string name = "backend variant " + std::to_string(number);
    if (!variant) return name + " is null";
    if (!LAI_HAS(variant, lai_variant, execute)) return name + " has a table that is too small";
    if (!is_name(variant->op_id)) return name + " names no operation";
    if (!variant->query || !variant->execute) {
        return name + " (" + variant->op_id + ") lacks query or execute";
    }
    if (variant->dtypes == 0) return name + " (" + variant->op_id + ") takes no element type";
    if (variant->range_count > 0 && (!variant->ranges || variant->range_stride < sizeof(lai_dim_range))) {
        return name + " (" + variant->op_id + ") has malformed dimension ranges";
    }
    if (variant->space_count > 0 && !variant->spaces) {
        return name + " (" + variant->op_id + ") has malformed memory spaces";
    }
    return {};
}

}  // namespace

std::string check_entry(const lai_plugin_entry &entry, const std::string &expected_id) {
    if (!LAI_HAS(&entry, lai_plugin_entry, get_extension)) return LAI_PLUGIN_ENTRY_SYMBOL " is too small";
    if (entry.abi_major != LAI_ABI_MAJOR || (LAI_ABI_MAJOR == 0 && entry.abi_minor != LAI_ABI_MINOR)) {
        return LAI_PLUGIN_ENTRY_SYMBOL " was compiled for ABI " + std::to_string(entry.abi_major) + "." +
               std::to_string(entry.abi_minor) + ", this library has " + std::to_string(LAI_ABI_MAJOR) + "." +
               std::to_string(LAI_ABI_MINOR);
    }
    if (!is_name(entry.id)) return LAI_PLUGIN_ENTRY_SYMBOL " has no id";
    if (entry.id != expected_id) {
        return LAI_PLUGIN_ENTRY_SYMBOL " says id '" + std::string(entry.id) + "', its manifest '" +
               expected_id + "'";
    }
    if (!entry.init || !entry.shutdown || !entry.get_extension) {
        return LAI_PLUGIN_ENTRY_SYMBOL " lacks init, shutdown or get_extension";
    }
    return {};
}

std::string check_backend(const lai_backend &backend) {
    if (!LAI_HAS(&backend, lai_backend, variants)) return "the backend table is too small";
    if (backend.variant_count > 65536) return "the backend table claims too many variants";
    if (backend.variant_count > 0 && !backend.variants) return "the backend table has no variants";
    for (std::uint32_t i = 0; i < backend.variant_count; ++i) {
        if (std::string wrong = check_variant(backend.variants[i], i); !wrong.empty()) return wrong;
    }
    return {};
}

std::string check_enhancer(const lai_enhancer &enhancer) {
    if (!LAI_HAS(&enhancer, lai_enhancer, finish)) return "the enhancer table is too small";
    return enhancer.preflight && enhancer.finish ? "" : "the enhancer table lacks preflight or finish";
}

std::string check_observer(const lai_observer &observer) {
    if (!LAI_HAS(&observer, lai_observer, stop)) return "the observer table is too small";
    return observer.start && observer.stop ? "" : "the observer table lacks start or stop";
}

std::string check_memory(const lai_memory &memory) {
    if (!LAI_HAS(&memory, lai_memory, download)) return "the memory table is too small";
    if (!is_name(memory.space)) return "the memory table names no space";
    return memory.alloc && memory.release && memory.upload && memory.download
               ? ""
               : "the memory table lacks alloc, release, upload or download";
}

}  // namespace lapack_ai::core
