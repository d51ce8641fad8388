// One arena block holds Kept and all its arrays.
#include "plugin/before.hpp"

#include <cstddef>
#include <cstring>
#include <new>

#include "insight/screen.hpp"
#include "lapack_ai/sdk/dtype.hpp"
#include "numerics/residual.hpp"
#include "table/routine_table.hpp"

namespace lapack_ai::diagnostics {
namespace {

constexpr index_t parallel_entries = 1 << 20;  // below it one thread is as fast
constexpr index_t clock_order = 128;           // smaller calls do not read the clock

Part part_of(const KnownOp &op, const lai_call &call) {
    if (op.uplo < 0) return Part::all;
    return call.flags[op.uplo] == 'U' ? Part::upper : Part::lower;
}

template <class T>
MatrixView<T> view_of(const lai_operand &operand) {
    return {static_cast<const T *>(operand.data), operand.rows, operand.cols, operand.ld};
}

// Carves arrays from one block.
class Block {
  public:
    explicit Block(std::byte *at) : at_(at) {}
    template <class R>
    R *take(index_t count) {
        R *array = reinterpret_cast<R *>(at_);
        at_ += (static_cast<std::size_t>(count) * sizeof(R) + 63) / 64 * 64;
        return array;
    }

  private:
    std::byte *at_;
};
template <class R>
std::size_t room(index_t count) {
    return (static_cast<std::size_t>(count) * sizeof(R) + 63) / 64 * 64;
}

template <class T>
Real<T> scan_parallel(const sdk::Host &host, const lai_call &call, const MatrixView<T> &A,
                      const ScanOutput<T> &out) {
    using R = Real<T>;
    constexpr index_t reals = is_complex<T> ? 2 : 1;
    const index_t workers = call.thread_budget;
    const index_t rows = out.row_max != nullptr ? A.m * reals : 0;
    const index_t mirror = out.mirror_sketch != nullptr ? A.m * reals * sketch_width<T> : 0;
    const index_t own = rows + mirror;
    auto *memory = static_cast<R *>(host.raw()->arena_alloc(host.raw(), &call, room<R>(own * workers), 64));
    if (memory == nullptr && own > 0) return scan(A, Part::all, out);
    std::fill_n(memory, own * workers, R(0));
    const index_t step = ((A.n + workers - 1) / workers + 3) / 4 * 4;
    (void)host.parallel_for(sdk::Call(call), workers, [&](std::int64_t worker, std::int32_t) {
        ScanOutput<T> mine = out;
        if (rows > 0) mine.row_max = memory + worker * own;
        if (mirror > 0) mine.mirror_sketch = memory + worker * own + rows;
        scan_columns(A, mine, std::min(A.n, worker * step), std::min(A.n, (worker + 1) * step));
    });
    for (index_t worker = 1; worker < workers; ++worker) {
        for (index_t i = 0; i < rows; ++i) memory[i] = std::max(memory[i], memory[worker * own + i]);
        for (index_t i = rows; i < own; ++i) memory[i] += memory[worker * own + i];
    }
    if (rows > 0) {
        std::copy_n(memory, rows, out.row_max);
        if constexpr (is_complex<T>)
            for (index_t i = 0; i < A.m; ++i) out.row_max[i] = out.row_max[2 * i] + out.row_max[2 * i + 1];
    }
    if (mirror > 0) std::copy_n(memory + rows, mirror, out.mirror_sketch);
    R norm = 0;
    for (index_t j = 0; j < A.n; ++j)
        if (!(out.column_sum[j] <= norm)) norm = out.column_sum[j];
    return norm;
}

// Sums of the right-hand sides; fills kept.b when one is not finite.
template <class T>
void look_at_right_sides(const MatrixView<T> &B, Real<T> *sums, Kept &kept) {
    if (!std::isfinite(scan<T>(B, Part::all, {sums, nullptr, nullptr, nullptr})))
        kept.b = find_nonfinite(B, Part::all);
}

template <class T>
Kept *look(const sdk::Host &host, const Options &options, const KnownOp &op, const lai_call &call) {
    using R = Real<T>;
    constexpr index_t reals = is_complex<T> ? 2 : 1;
    const MatrixView<T> A = view_of<T>(*LAI_OPERAND(&call, op.a));
    const Part part = part_of(op, call);
    const bool lines = op.watch == Watch::lu || op.watch == Watch::least || part != Part::all;
    const bool sketching = op.watch == Watch::lu && op.solves && options.residual_check;
    MatrixView<T> B{};
    if (op.solves) {
        B = view_of<T>(*LAI_OPERAND(&call, op.b));
        B.m = std::min(B.m, op.watch == Watch::lu || op.watch == Watch::cholesky ? A.n : B.m);
    }
    const char trans = op.watch == Watch::lu && call.flag_count > 0 ? static_cast<char>(call.flags[0]) : 'N';
    const index_t sketch_count = !sketching     ? 0
                                 : trans == 'N' ? A.n * sketch_width<T>
                                                : A.m * reals * sketch_width<T>;
    const std::size_t bytes = room<Kept>(1) + room<R>(A.n) + (lines ? room<R>(A.m * reals) : 0) +
                              room<R>(sketch_count) + room<R>(B.n) +
                              room<R>(sketching ? B.n * sketch_width<T> * reals : 0) +
                              (op.watch == Watch::cholesky ? room<R>(A.n) : 0);
    auto *memory = static_cast<std::byte *>(host.raw()->arena_alloc(host.raw(), &call, bytes, 64));
    if (memory == nullptr) return nullptr;
    Block block(memory);
    Kept &kept = *new (block.take<Kept>(1)) Kept;
    kept.op = &op;
    kept.trans = trans;
    if (A.n >= clock_order) kept.start_ns = host.now_ns();
    ScanOutput<T> out{block.take<R>(A.n), nullptr, nullptr, nullptr};
    if (lines) out.row_max = block.take<R>(A.m * reals);
    R *sketch = sketching ? block.take<R>(sketch_count) : nullptr;
    (trans == 'N' ? out.sketch : out.mirror_sketch) = sketch;
    const bool parallel = part == Part::all && call.thread_budget > 1 && A.m * A.n >= parallel_entries;
    const R norm = parallel ? scan_parallel(host, call, A, out) : scan(A, part, out);
    kept.norm1 = static_cast<double>(norm);
    kept.column_sum = out.column_sum;
    kept.row_max = lines && part == Part::all ? out.row_max : nullptr;
    kept.sketch = sketch;
    if (!std::isfinite(norm)) kept.a = find_nonfinite(A, part);
    R *b_norm = block.take<R>(B.n);
    if (sketching) {
        R *b_sketch = block.take<R>(B.n * sketch_width<T> * reals);
        sketch_right_sides(trans, B, b_sketch, b_norm);
        kept.b_sketch = b_sketch;
        kept.b_norm = b_norm;
        for (index_t j = 0; j < B.n; ++j)
            if (!std::isfinite(b_norm[j])) kept.b = find_nonfinite(B, Part::all);
    } else if (op.solves) {
        look_at_right_sides(B, b_norm, kept);
    }
    if (op.watch == Watch::cholesky) {
        R *diagonal = block.take<R>(A.n);
        for (index_t i = 0; i < A.n; ++i) diagonal[i] = real_part(A(i, i));
        kept.diagonal = diagonal;
    }
    if (options.check_symmetry && part != Part::all && kept.a.count == 0) {
        const Asymmetry found = largest_asymmetry(A);
        if (found.size > 0) kept.asymmetry = found;
    }
    return &kept;
}

}  // namespace

Kept *look_before(const sdk::Host &host, const Options &options, const KnownOp &op, const lai_call &call,
                  std::optional<Finding> &stop) {
    if (op.watch == Watch::nothing) return nullptr;
    const lai_operand &A = *LAI_OPERAND(&call, op.a);
    const bool batch = call.batch != 1 || (A.flags & LAI_OPERAND_POINTER_ARRAY) != 0;
    if (A.data == nullptr || A.rows <= 0 || A.cols <= 0 || A.space != 0 || batch) return nullptr;
    Kept *kept =
        sdk::visit(call.dtype, [&]<class T>(sdk::Type<T>) { return look<T>(host, options, op, call); });
    if (kept == nullptr) return nullptr;
    const bool iterative = op.watch == Watch::iterative || op.watch == Watch::symmetric;
    if (iterative && (kept->a.count > 0 || kept->b.count > 0)) {
        const std::string name = routine_name(op, call.dtype);
        const std::string matrix = kept->a.count > 0 ? "A" : "B";
        const auto routine = Routine::find(name);
        const int index = routine ? routine->argument_index(matrix) : 0;
        stop = say_nonfinite(name, -index, matrix, kept->a.count > 0 ? kept->a : kept->b,
                             matrix == "A" && swapped(op, call), Words(call.language));
        stop->argument_index = index;
    }
    return kept;
}

std::optional<Finding> find_nonfinite_input(const KnownOp &op, const lai_call &call) {
    if (op.a < 0 || call.batch != 1 || LAI_OPERAND(&call, op.a)->space != 0) return std::nullopt;
    return sdk::visit(call.dtype, [&]<class T>(sdk::Type<T>) -> std::optional<Finding> {
        const std::string name = routine_name(op, call.dtype);
        const NonFinite a = find_nonfinite(view_of<T>(*LAI_OPERAND(&call, op.a)), part_of(op, call));
        if (a.count > 0) return say_nonfinite(name, 0, "A", a, swapped(op, call), Words(call.language));
        if (!op.solves) return std::nullopt;
        const NonFinite b = find_nonfinite(view_of<T>(*LAI_OPERAND(&call, op.b)), Part::all);
        if (b.count > 0) return say_nonfinite(name, 0, "B", b, false, Words(call.language));
        return std::nullopt;
    });
}

}  // namespace lapack_ai::diagnostics
