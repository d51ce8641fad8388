#include "dispatch/registered_variant.hpp"

#include <algorithm>
#include <cstring>

namespace lapack_ai::core {

namespace {

// Why `table` breaks the contract; empty: it does not.
std::string contract_problem(const lai_variant &table, const Op *op) {
    if (table.op_id == nullptr) return "names no op";
    if (op == nullptr) return std::string("op ") + table.op_id + " is not registered";
    if (table.query == nullptr) return "has no query";
    if (table.execute == nullptr) return "has no execute";
    if (table.dtypes == 0) return "supports no element type";
    if ((table.dtypes & ~op->schema->dtypes) != 0) return "supports element types that the op does not have";
    if (table.place > LAI_PLACE_COMPOSED)
        return "runs in an unknown kind of place " + std::to_string(table.place);
    if (table.accuracy > LAI_ACCURACY_MIXED) return "has an unknown accuracy class";
    if (table.max_concurrency < 0) return "has a negative concurrency limit";
    if (table.range_count != 0 && (table.ranges == nullptr || table.range_stride < sizeof(std::uint64_t))) {
        return "states ranges without a table of them";
    }
    if (table.space_count != 0 && table.spaces == nullptr) return "states spaces without a table of them";
    return {};
}

template <typename Struct>
Struct copy_sized(const void *source, std::uint32_t size) {
    Struct copy{};
    std::memcpy(&copy, source, std::min<std::size_t>(size, sizeof(Struct)));
    return copy;
}

}  // namespace

std::shared_ptr<RegisteredVariant> register_variant(const std::string &plugin, std::uint32_t plugin_index,
                                                    const lai_variant *variant, std::string &problem) {
    if (variant == nullptr) {
        problem = plugin + ": a variant of its table is null";
        return nullptr;
    }
    auto v = std::make_shared<RegisteredVariant>();
    v->table = copy_sized<lai_variant>(variant, variant->size);
    v->plugin = plugin;
    v->name = v->table.name == nullptr ? "" : v->table.name;
    v->label = v->name.empty() ? plugin : plugin + "/" + v->name;
    v->plugin_index = plugin_index;
    v->device_name = v->table.device == nullptr ? "cpu" : v->table.device;

    const Op *op = v->table.op_id == nullptr ? nullptr : OpTable::instance().find(v->table.op_id);
    problem = contract_problem(v->table, op);
    for (std::uint32_t i = 0; problem.empty() && i < v->table.range_count; ++i) {
        const char *at =
            reinterpret_cast<const char *>(v->table.ranges) + std::size_t{i} * v->table.range_stride;
        std::uint32_t size = 0;
        std::memcpy(&size, at, sizeof(size));
        const auto range = copy_sized<lai_dim_range>(at, size);
        if (range.dim >= op->schema->dim_count)
            problem = "limits dim " + std::to_string(range.dim) + ", which the op does not have";
        if (range.max != 0 && range.max < range.min) problem = "limits a dim to an empty range";
        v->ranges.push_back(range);
    }
    if (!problem.empty()) {
        problem = "variant " + v->label + " " + problem;
        return nullptr;
    }
    v->spaces.assign(v->table.spaces, v->table.spaces + v->table.space_count);
    v->op = op->number;
    v->key.place = v->table.place;
    v->key.plugin = v->plugin.c_str();
    v->key.variant = v->name.c_str();
    v->key.device = v->device_name.c_str();
    return v;
}

}  // namespace lapack_ai::core
