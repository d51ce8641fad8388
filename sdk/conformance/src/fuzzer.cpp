// See fuzzer.hpp. Sizes come from a list around powers of two, where tiles of backends end.
#include "fuzzer.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace lapack_ai::conformance {

namespace {

constexpr std::int64_t sizes[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  11, 13, 15, 16,  17,  20,
                                  23, 31, 32, 33, 40, 47, 48, 63, 64, 65, 96, 97, 127, 128, 129};

lai_call outline(const core::Op &op, lai_dtype dtype, const Recipe &r) {
    lai_call call{};
    call.size = sizeof call;
    call.op = op.number;
    call.op_id = op.schema->id;
    call.dtype = dtype;
    call.dims = r.dims.data();
    call.flags = reinterpret_cast<const std::uint8_t *>(r.flags.data());
    call.scalars = r.scalars.data();
    call.dim_count = static_cast<std::uint32_t>(r.dims.size());
    call.flag_count = static_cast<std::uint32_t>(r.flags.size());
    call.scalar_count = static_cast<std::uint32_t>(r.scalars.size());
    call.batch = r.batch;
    return call;
}

bool allowed(const core::Op &op, const lai_variant &variant, lai_dtype dtype, const Recipe &r) {
    const lai_call call = outline(op, dtype, r);
    for (std::size_t i = 0; i < r.dims.size(); ++i)
        if (r.dims[i] < op.dim_minima[i].size(call)) return false;
    for (std::uint32_t i = 0; i < variant.range_count; ++i) {
        const lai_dim_range &range = core::entry(variant.ranges, variant.range_stride, i);
        if (range.dim >= r.dims.size()) continue;
        const std::int64_t n = r.dims[range.dim];
        if (n < range.min || (range.max > 0 && n > range.max)) return false;
    }
    return op.schema->require == nullptr || op.require.evaluate(call) != 0;
}

// Small sizes more often than large ones.
std::int64_t pick_size(Random &random) {
    const auto count = static_cast<std::int64_t>(std::size(sizes));
    return sizes[std::min(random.below(count), random.below(count))];
}

lai_scalar pick_scalar(bool special, bool real, Random &random) {
    const auto value = [&] { return 0.25 + 0.125 * static_cast<double>(random.below(16)); };
    lai_scalar scalar{value(), real ? 0 : -value()};
    if (!special) return scalar;
    switch (random.below(5)) {
        case 0:
            return {0, 0};
        case 1:
            return {1, 0};
        case 2:
            return {-1, 0};
        default:
            return scalar;
    }
}

void pick_letters(const core::Op &op, bool any, Random &random, std::string &flags) {
    flags.clear();
    for (std::uint32_t i = 0; i < op.schema->flag_count; ++i) {
        const lai_flag_schema &flag = core::entry(op.schema->flags, op.schema->flag_stride, i);
        const auto letters = static_cast<std::int64_t>(std::strlen(flag.letters));
        flags += any ? flag.letters[random.below(letters)] : static_cast<char>(flag.initial);
    }
}

// A size from the list brought into the variant's range for that dim.
std::int64_t pick_dim(const lai_variant &variant, std::size_t dim, Random &random) {
    std::int64_t n = pick_size(random);
    for (std::uint32_t i = 0; i < variant.range_count; ++i) {
        const lai_dim_range &range = core::entry(variant.ranges, variant.range_stride, i);
        if (range.dim != dim) continue;
        if (n < range.min) n = range.min + random.below(8);
        if (range.max > 0) n = std::min(n, range.max);
    }
    return n;
}

void pick_batch(const core::Op &op, Random &random, Recipe &r) {
    constexpr std::int64_t counts[] = {0, 1, 2, 3, 5, 16};
    r.batch = counts[random.below(6)];
    r.gap = random.below(2) == 0 ? 0 : 1 + random.below(9);
    const std::int64_t kind = random.below(4);
    r.pointer_array = kind == 0;
    bool shared = kind == 1;
    for (const core::CompiledOperand &operand : op.operands)  // of a vector of pivots nobody shares one
        shared = shared && operand.schema->is_vector == 0;
    r.broadcast = shared;
}

}  // namespace

double flops_of(const core::Op &op, lai_dtype dtype, const Recipe &recipe) {
    const lai_call call = outline(op, dtype, recipe);
    return op.flops.evaluate(call) * (core::is_complex(dtype) ? 4 : 1) *
           static_cast<double>(std::max<std::int64_t>(1, recipe.batch));
}

Recipe fuzz(const core::Op &op, const lai_variant &variant, lai_dtype dtype, const Aspects &aspects,
            Random &random) {
    Recipe best;
    for (int attempt = 0; attempt < 1000; ++attempt) {
        Recipe r;
        for (std::uint32_t i = 0; i < op.schema->scalar_count; ++i) {
            const lai_scalar_schema &scalar = core::entry(op.schema->scalars, op.schema->scalar_stride, i);
            r.scalars.push_back(
                pick_scalar(aspects.scalars, scalar.real_only != 0 || !core::is_complex(dtype), random));
            // A tolerance or a norm, not a factor: what the contents make of it.
            if (std::strcmp(scalar.name, "rcond") == 0) r.scalars.back() = {-1, 0};
        }
        pick_letters(op, aspects.flags, random, r.flags);
        if (aspects.batch) pick_batch(op, random, r);
        for (std::uint32_t i = 0; i < op.schema->dim_count; ++i)
            r.dims.push_back(pick_dim(variant, i, random));
        if (aspects.empty && !r.dims.empty() && random.below(2) == 0)
            r.dims[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(r.dims.size())))] = 0;
        if (aspects.padding && random.below(4) != 0) r.padding = 1 + random.below(9);
        r.seed = static_cast<std::uint64_t>(random.below(std::int64_t{1} << 60)) + 1;
        if (!allowed(op, variant, dtype, r)) continue;
        best = r;
        if (flops_of(op, dtype, r) <= aspects.flops) return r;
    }
    return best;
}

Recipe of_size(const core::Op &op, const lai_variant &variant, lai_dtype dtype, std::int64_t n) {
    Random random(1);
    Recipe r;
    for (std::uint32_t i = 0; i < op.schema->scalar_count; ++i) {
        const lai_scalar_schema &scalar = core::entry(op.schema->scalars, op.schema->scalar_stride, i);
        r.scalars.push_back({std::strcmp(scalar.name, "rcond") == 0 ? -1.0 : 0.75, 0});
    }
    pick_letters(op, false, random, r.flags);
    for (std::uint32_t i = 0; i < op.schema->dim_count; ++i) {
        const char *name = core::entry(op.schema->dims, op.schema->dim_stride, i).name;
        r.dims.push_back(std::strcmp(name, "nrhs") == 0 ? std::min<std::int64_t>(n, 4) : n);
    }
    for (std::uint32_t i = 0; i < variant.range_count; ++i) {
        const lai_dim_range &range = core::entry(variant.ranges, variant.range_stride, i);
        if (range.dim >= r.dims.size()) continue;
        std::int64_t &dim = r.dims[range.dim];
        dim = std::max(dim, range.min);
        if (range.max > 0) dim = std::min(dim, range.max);
    }
    if (op.schema->require && !allowed(op, variant, dtype, r) && core::is_complex(dtype))
        for (char &letter : r.flags)
            if (letter == 'T') letter = 'C';
    return r;
}

}  // namespace lapack_ai::conformance
