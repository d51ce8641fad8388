// One call of an op, made from its schema: shapes from a recipe, memory with guards, contents, and copies of
// what the operands held before.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch/op_table.hpp"
#include "lapack_ai/conformance/matrix.hpp"
#include "memory.hpp"

namespace lapack_ai::conformance {

// What the inputs hold.
enum class Content {
    ordinary,  // well-conditioned where that matters
    singular,  // LAPACK answers INFO > 0
    nan,       // one NaN among the elements that are read
    inf,       // one infinity
    poison     // ordinary, and NaN in every operand that must not be read
};

// Everything that is chosen about a call.
struct Recipe {
    std::vector<std::int64_t> dims;
    std::string flags;
    std::vector<lai_scalar> scalars;
    std::int64_t batch = 1;
    bool pointer_array = false;
    bool broadcast = false;     // operands that are only read: one item for all (stride 0)
    std::int64_t padding = 0;   // rows of padding; operand i has padding + i when it is not 0
    std::int64_t gap = 0;       // elements between the items of a batch
    std::int64_t misalign = 0;  // elements off a 64-byte boundary
    bool own_pages = false;
    bool give_unread = false;   // operands that are neither read nor written have memory all the same
    bool share_inputs = false;  // operands that are only read and of one shape are the same memory
    std::uint32_t layout = LAI_LAYOUT_COL;
    std::int32_t threads = 1;
    bool deterministic = false;
    Content content = Content::ordinary;
    std::uint64_t seed = 1;  // of the contents

    std::string describe(const core::Op &op) const;
};

class Problem {
  public:
    Problem(const core::Op &op, lai_dtype dtype, const Recipe &recipe);
    Problem(const Problem &) = delete;
    Problem &operator=(const Problem &) = delete;

    const core::Op &op() const noexcept { return op_; }
    lai_dtype dtype() const noexcept { return call_.dtype; }
    const Recipe &recipe() const noexcept { return recipe_; }
    std::int64_t dim(std::size_t i) const { return recipe_.dims[i]; }
    char flag(std::size_t i) const { return recipe_.flags[i]; }
    lai_scalar scalar(std::size_t i) const { return recipe_.scalars[i]; }
    void set_scalar(std::size_t i, lai_scalar value) { recipe_.scalars[i] = value; }
    std::int64_t items() const noexcept { return recipe_.batch; }
    lai_call &call() noexcept { return call_; }

    bool reads(std::size_t operand) const { return reads_[operand]; }
    bool writes(std::size_t operand) const { return writes_[operand]; }
    bool present(std::size_t operand) const { return reads_[operand] || writes_[operand]; }
    std::size_t operand_count() const noexcept { return memory_.size(); }
    const Layout &layout(std::size_t operand) const { return memory_[place_[operand]].layout(); }
    // Which memory an operand stands in; operands may share one.
    OperandMemory &memory(std::size_t operand) { return memory_[place_[operand]]; }

    // Typed access to an item as it is now. T must be the operand's element type.
    template <typename T>
    sdk::MatrixView<T> view(std::size_t operand, std::int64_t item) {
        OperandMemory &memory = memory_[place_[operand]];
        const Layout &l = memory.layout();
        return {reinterpret_cast<T *>(memory.item(item)), l.rows, l.cols, l.ld};
    }
    // Copies of an item: as it is now, and as it was when remember() was called last.
    template <typename T>
    Matrix<T> now(std::size_t operand, std::int64_t item) {
        return copy<T>(layout(operand), memory_[place_[operand]].item(item));
    }
    template <typename T>
    Matrix<T> before(std::size_t operand, std::int64_t item) const {
        const std::size_t place = place_[operand];
        return copy<T>(memory_[place].layout(), before_[place].data() + memory_[place].offset(item));
    }

    std::vector<std::byte> before_bytes(std::size_t operand) const { return before_[place_[operand]]; }
    void remember();
    void restore();
    // Whether an operand that is only read has changed, or any when `all`. Empty: nothing has; else which and
    // where.
    std::string changed(bool all) const;
    // Whether memory outside of the elements has changed.
    std::string overrun() const;
    // The bytes of everything the call writes, to compare two runs.
    std::vector<std::byte> outputs() const;

    // INFO that LAPACK answers for these contents, and the item of a batch it belongs to; -1: any value > 0.
    std::int64_t expected_info = 0;
    std::int64_t expected_item = 0;
    std::int64_t expected_rank = -1;

  private:
    template <typename T>
    static Matrix<T> copy(const Layout &l, const std::byte *from) {
        Matrix<T> out(l.rows, l.cols);
        const T *elements = reinterpret_cast<const T *>(from);
        for (std::int64_t j = 0; j < l.cols; ++j)
            for (std::int64_t i = 0; i < l.rows; ++i) out(i, j) = elements[i + j * l.ld];
        return out;
    }

    const core::Op &op_;
    Recipe recipe_;
    lai_call call_{};
    std::vector<bool> reads_, writes_;
    std::vector<std::size_t> place_;  // operand -> memory
    std::vector<OperandMemory> memory_;
    std::vector<std::vector<std::byte>> before_;
    std::vector<lai_operand> operands_;
};

// LAPACK's letter of an element type, or 0.
char letter_of(lai_dtype dtype) noexcept;

}  // namespace lapack_ai::conformance
