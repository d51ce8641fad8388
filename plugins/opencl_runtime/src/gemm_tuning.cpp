#include "gemm_tuning.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "../kernels/matrix_multiply/gemm_parameters.h"
#include "failure.hpp"

namespace lapack_ai::opencl {
namespace {

using nlohmann::ordered_json;
using Values = std::vector<int>;

constexpr int format = 1;

// The tables of gemm_parameters.h as plain numbers.
const std::vector<Values> &tiled_table() {
#define LAI_ENTRY(bytes, place, tm, tn, tk, rm, rn, unroll) {bytes, place, tm, tn, tk, rm, rn, unroll},
    static const std::vector<Values> table = {LAI_GEMM_TILED(LAI_ENTRY)};
#undef LAI_ENTRY
    return table;
}
const std::vector<Values> &tensor_batched_table() {
#define LAI_ENTRY(side, warps, unroll) {side, warps, unroll},
    static const std::vector<Values> table = {LAI_GEMM_TENSOR_BATCHED(LAI_ENTRY)};
#undef LAI_ENTRY
    return table;
}
const std::vector<Values> &half_table() {
#define LAI_ENTRY(tm, tn, tk, wm, wn, stages) {tm, tn, tk, wm, wn, stages},
    static const std::vector<Values> table = {LAI_GEMM_HALF(LAI_ENTRY)};
#undef LAI_ENTRY
    return table;
}

struct Choice {
    const char *name;
    const std::vector<Values> &table;
    int bytes;  // of gemm_tiled: whose entries; 0: all
};

Choice choice(Tunable what) {
    switch (what) {
        case Tunable::tiled_4:
            return {"gemm_tiled/4", tiled_table(), 4};
        case Tunable::tiled_8:
            return {"gemm_tiled/8", tiled_table(), 8};
        case Tunable::tiled_16:
            return {"gemm_tiled/16", tiled_table(), 16};
        case Tunable::tensor_batched:
            return {"gemm_tensor_batched", tensor_batched_table(), 0};
        default:
            return {"gemm_half", half_table(), 0};
    }
}

std::string key_of(const DeviceFacts &facts) {
    return facts.platform_name + " | " + facts.name + " | " + facts.driver;
}

// The file's contents, or an empty document when it is absent or of another format.
ordered_json read(const std::string &file) {
    std::ifstream stream(file);
    ordered_json document = ordered_json::parse(stream, nullptr, false);
    const bool known = document.is_object() && document.contains("format") && document["format"] == format &&
                       document.contains("devices") && document["devices"].is_object();
    return known ? document : ordered_json{{"format", format}, {"devices", ordered_json::object()}};
}

}  // namespace

Tuning::Tuning() {
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(Tunable::count); ++i)
        set(static_cast<Tunable>(i), candidates(static_cast<Tunable>(i)).front());
}

std::vector<int> candidates(Tunable what) {
    const Choice c = choice(what);
    std::vector<int> list;
    for (int i = 0; i < static_cast<int>(c.table.size()); ++i) {
        const Values &values = c.table[static_cast<std::size_t>(i)];
        // Smaller places are for smaller products and for processors: there is nothing to choose.
        if (c.bytes == 0 || (values[0] == c.bytes && values[1] == 2)) list.push_back(i);
    }
    return list;
}

std::string describe(Tunable what, int entry) {
    const Choice c = choice(what);
    std::string text = std::string(c.name) + ":";
    for (const int value : c.table[static_cast<std::size_t>(entry)]) text += ' ' + std::to_string(value);
    return text;
}

void Tuning::load(const std::string &file, const DeviceFacts &facts) {
    if (file.empty()) return;
    const ordered_json document = read(file);
    const auto device = document["devices"].find(key_of(facts));
    if (device == document["devices"].end() || !device->is_object()) return;
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(Tunable::count); ++i) {
        const auto what = static_cast<Tunable>(i);
        const Choice c = choice(what);
        const auto values = device->find(c.name);
        if (values == device->end()) continue;
        for (const int entry : candidates(what))
            if (*values == ordered_json(c.table[static_cast<std::size_t>(entry)])) set(what, entry);
    }
}

void Tuning::store(const std::string &file, const DeviceFacts &facts) const {
    ordered_json document = read(file);
    ordered_json device = ordered_json::object();
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(Tunable::count); ++i) {
        const auto what = static_cast<Tunable>(i);
        const Choice c = choice(what);
        device[c.name] = c.table[static_cast<std::size_t>(get(what))];
    }
    document["devices"][key_of(facts)] = device;
    const std::string temporary = file + '.' + std::to_string(getpid());
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
    {
        std::ofstream stream(temporary);
        stream << document.dump(2) << '\n';
    }
    if (std::rename(temporary.c_str(), file.c_str()) != 0) {
        std::remove(temporary.c_str());
        throw Failure(LAI_FAULT_CLEAN, "the tuning file " + file + " cannot be written");
    }
}

std::string tuning_file(const std::string &program_folder) {
    return program_folder.empty() ? std::string() : program_folder + "/tuning.json";
}

}  // namespace lapack_ai::opencl
