#include "dispatch/decision_cache.hpp"

#include <atomic>
#include <cstring>

namespace lapack_ai::core {

namespace {

std::atomic<std::uint64_t> generation{1};

std::uint64_t letters_of(const lai_call &call) noexcept {
    std::uint64_t letters = 0;
    for (std::uint32_t i = 0; i < call.flag_count; ++i) letters = letters << 8 | call.flags[i];
    return letters;
}

// Which scalars are zero, and which have an imaginary part: all that schemas may ask of them.
std::uint64_t scalars_of(const lai_call &call) noexcept {
    std::uint64_t mask = 0;
    for (std::uint32_t i = 0; i < call.scalar_count; ++i) {
        mask = mask << 2 | (call.scalars[i].re != 0 ? 1u : 0u) | (call.scalars[i].im != 0 ? 2u : 0u);
    }
    return mask;
}

std::uint64_t kind_of(const lai_operand &operand) noexcept {
    return std::uint64_t{operand.dtype} | std::uint64_t{operand.space} << 8 |
           (operand.data != nullptr ? std::uint64_t{1} << 63 : 0);
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

std::uint64_t DecisionCache::head_of(const lai_call &call, std::uint32_t depth) noexcept {
    return std::uint64_t{call.op} | std::uint64_t{call.dtype} << 32 | std::uint64_t{call.layout} << 40 |
           std::uint64_t{depth} << 44 | std::uint64_t{call.accuracy} << 48 |
           std::uint64_t{call.deterministic} << 52;
}

std::uint64_t DecisionCache::tail_of(const lai_call &call, const Request &request) noexcept {
    return std::uint64_t{static_cast<std::uint32_t>(call.thread_budget)} |
           std::uint64_t{static_cast<std::uint32_t>(request.only + 1)} << 32;
}

std::size_t DecisionCache::slot(const lai_call &call, std::uint64_t head, std::uint64_t tail,
                                std::uint64_t letters) noexcept {
    constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15u;  // 2^64 / golden ratio: Fibonacci hashing
    std::uint64_t hash = (head ^ letters << 1 ^ tail << 7) * multiplier;
    for (std::uint32_t i = 0; i < call.dim_count; ++i) {
        hash = (hash ^ static_cast<std::uint64_t>(call.dims[i])) * multiplier;
    }
    return hash >> 56;
}

const Decision *DecisionCache::find(const View &view, const lai_call &call, const Request &request,
                                    std::uint32_t depth) noexcept {
    if (entries_.empty() || !fits(call)) return nullptr;
    const std::uint64_t head = head_of(call, depth), tail = tail_of(call, request);
    const std::uint64_t letters = letters_of(call);
    const Entry &entry = entries_[slot(call, head, tail, letters)];

    // One accumulator and one branch: the common answer is yes.
    std::uint64_t differs = (entry.generation ^ decision_generation()) | (entry.view ^ view.id) |
                            (entry.head ^ head) | (entry.tail ^ tail) | (entry.excluded ^ request.excluded) |
                            (entry.letters ^ letters) | (entry.scalars ^ scalars_of(call)) |
                            static_cast<std::uint64_t>(entry.batch ^ call.batch);
    for (std::uint32_t i = 0; i < call.dim_count; ++i) {
        differs |= static_cast<std::uint64_t>(entry.dims[i] ^ call.dims[i]);
    }
    for (std::uint32_t i = 0; i < call.operand_count; ++i) {
        const lai_operand &operand = *LAI_OPERAND(&call, i);
        const OperandKey &key = entry.operands[i];
        differs |=
            static_cast<std::uint64_t>((key.rows ^ operand.rows) | (key.cols ^ operand.cols) |
                                       (key.ld ^ operand.ld) | (key.batch_stride ^ operand.batch_stride));
        differs |= (key.flags ^ operand.flags) | (key.kind ^ kind_of(operand));
    }
    return differs == 0 ? &entry.decision : nullptr;
}

void DecisionCache::store(const View &view, const lai_call &call, const Request &request, std::uint32_t depth,
                          std::uint64_t made_under, const Decision &decision) {
    if (!fits(call)) return;
    if (entries_.empty()) entries_.resize(entry_count);
    const std::uint64_t head = head_of(call, depth), tail = tail_of(call, request);
    const std::uint64_t letters = letters_of(call);
    Entry &entry = entries_[slot(call, head, tail, letters)];
    entry.generation = made_under;
    entry.view = view.id;
    entry.head = head;
    entry.tail = tail;
    entry.excluded = request.excluded;
    entry.letters = letters;
    entry.scalars = scalars_of(call);
    entry.batch = call.batch;
    std::memcpy(entry.dims, call.dims, call.dim_count * sizeof(entry.dims[0]));
    for (std::uint32_t i = 0; i < call.operand_count; ++i) {
        const lai_operand &operand = *LAI_OPERAND(&call, i);
        entry.operands[i] = {operand.rows,         operand.cols,  operand.ld,
                             operand.batch_stride, operand.flags, kind_of(operand)};
    }
    entry.decision = decision;
}

}  // namespace lapack_ai::core
