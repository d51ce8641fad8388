#include "dispatch/decision_cache.hpp"

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstring>

namespace lapack_ai::core {

namespace {

std::atomic<std::uint64_t> generation{1};

std::uint64_t letters_of(const lai_call &call) noexcept {
    std::uint64_t letters = 0;
    for (std::uint32_t i = 0; i < call.flag_count; ++i) letters = letters << 8 | call.flags[i];
    return letters;
}

// Zero or not, by the bits: NaN is not, -0 is.
std::uint64_t is_nonzero(double x) noexcept {
    return std::bit_cast<std::uint64_t>(x) << 1 != 0 ? 1 : 0;
}

// Which scalars are zero, and which have an imaginary part: all that schemas may ask of them.
inline std::uint64_t scalars_of(const lai_call &call) noexcept {
    std::uint64_t mask = 0;
    for (std::uint32_t i = 0; i < call.scalar_count; ++i) {
        mask = mask << 2 | is_nonzero(call.scalars[i].re) | is_nonzero(call.scalars[i].im) << 1;
    }
    return mask;
}

}  // namespace

std::uint64_t decision_generation() noexcept {
    return generation.load(std::memory_order_acquire);
}

void move_decision_generation() noexcept {
    generation.fetch_add(1, std::memory_order_acq_rel);
}

bool DecisionCache::fits(const lai_call &call) noexcept {
    return call.dim_count <= max_dims && call.flag_count <= max_flags && call.scalar_count <= max_scalars &&
           call.operand_count <= max_operands;
}

inline DecisionCache::OperandKey DecisionCache::key_of(const lai_operand &operand) noexcept {
    return {operand.rows,
            operand.cols,
            operand.ld,
            operand.batch_stride,
            operand.flags,
            std::uint64_t{operand.space} << 32 | operand.dtype << 1 | (operand.data != nullptr ? 1u : 0u)};
}

inline std::size_t DecisionCache::slot(const lai_call &call, std::uint64_t letters) noexcept {
    // Multiplicative hashing with independent odd factors, so that the products do not wait for each other.
    static constexpr std::uint64_t factor[max_dims] = {0x9e3779b97f4a7c15u, 0xf1bbcdcbfa53e0afu,
                                                       0xbf58476d1ce4e5b9u, 0x94d049bb133111ebu,
                                                       0xd6e8feb86659fd93u, 0xa0761d6478bd642fu};
    std::uint64_t hash = (call.op * 64 + call.dtype + (letters << 16)) * 0xe7037ed1a0b428dbu;
    for (std::uint32_t i = 0; i < call.dim_count; ++i) {
        hash += static_cast<std::uint64_t>(call.dims[i]) * factor[i];
    }
    return hash >> 56;
}

const Decision *DecisionCache::find(const View &view, const lai_call &call, const Request &request,
                                    std::uint32_t depth) noexcept {
    if (entries_ == nullptr || !fits(call)) return nullptr;
    const std::uint64_t letters = letters_of(call);
    const Entry &entry = entries_[slot(call, letters)];

    // One accumulator and one branch: the common answer is yes.
    std::uint64_t differs =
        (entry.generation ^ decision_generation()) | (entry.view ^ view.id) |
        (entry.policy ^ request.policy) | (entry.excluded ^ request.excluded) | (entry.op ^ call.op) |
        (entry.dtype ^ call.dtype) | (entry.layout ^ call.layout) | (entry.depth ^ depth) |
        static_cast<std::uint32_t>(entry.threads ^ call.thread_budget) | (entry.letters ^ letters) |
        (entry.scalars ^ scalars_of(call)) | static_cast<std::uint64_t>(entry.batch ^ call.batch);
    for (std::uint32_t i = 0; i < call.dim_count; ++i) {
        differs |= static_cast<std::uint64_t>(entry.dims[i] ^ call.dims[i]);
    }
    const char *operand = reinterpret_cast<const char *>(call.operands);
    for (std::uint32_t i = 0; i < call.operand_count; ++i, operand += call.operand_stride) {
        differs |= key_of(*reinterpret_cast<const lai_operand *>(operand)).differs(entry.operands[i]);
    }
    return differs == 0 ? &entry.decision : nullptr;
}

void DecisionCache::store(const View &view, const lai_call &call, const Request &request, std::uint32_t depth,
                          std::uint64_t made_under, const Decision &decision) {
    if (!fits(call)) return;
    if (entries_ == nullptr) entries_ = std::make_unique<Entry[]>(entry_count);
    const std::uint64_t letters = letters_of(call);
    Entry &entry = entries_[slot(call, letters)];
    entry.generation = made_under;
    entry.view = view.id;
    entry.policy = request.policy;
    entry.excluded = request.excluded;
    entry.op = call.op;
    entry.dtype = call.dtype;
    entry.layout = call.layout;
    entry.depth = depth;
    entry.threads = call.thread_budget;
    entry.letters = letters;
    entry.scalars = scalars_of(call);
    entry.batch = call.batch;
    std::memcpy(entry.dims, call.dims, call.dim_count * sizeof(entry.dims[0]));
    for (std::uint32_t i = 0; i < call.operand_count; ++i) entry.operands[i] = key_of(*LAI_OPERAND(&call, i));
    entry.decision = decision;
}

}  // namespace lapack_ai::core
