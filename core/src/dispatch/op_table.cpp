// The table of ops: validates a schema, compiles its expressions and argument list, and hands out numbers.
// Ops are never removed, so readers need no lock: a slot is published by a release store and stays.
#include "dispatch/op_table.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cstring>
#include <memory>
#include <mutex>

#include "base/error.hpp"

namespace lapack_ai::core {
namespace {

constexpr std::uint32_t capacity = 1024;
constexpr std::uint32_t max_entries = 16;  // dims, flags, scalars or operands of one op

// Never destroyed: a call may still come from another library's exit handler.
struct Storage {
    std::mutex adding;
    std::atomic<std::uint32_t> count{0};
    std::array<std::atomic<const Op *>, capacity> ops{};
};

Storage &storage() {
    static Storage &instance = *new Storage;
    return instance;
}

[[noreturn]] void reject(const lai_op_schema &schema, const std::string &reason) {
    throw Error(ErrorKind::usage,
                "op " + std::string(schema.id != nullptr ? schema.id : "(no id)") + ": " + reason);
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char &c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

std::string upper(std::string_view text) {
    std::string result(text);
    for (char &c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

// "lai.gesvd/1" -> "gesvd"; empty when the id is malformed.
std::string short_name(const char *id) {
    const std::string_view text(id != nullptr ? id : "");
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos || slash + 1 == text.size()) return {};
    const std::size_t dot = text.rfind('.', slash);
    return std::string(text.substr(dot == std::string_view::npos ? 0 : dot + 1, slash - dot - 1));
}

template <typename Schema>
void check_names(const lai_op_schema &schema, const Schema *first, std::uint32_t stride, std::uint32_t count,
                 const char *kind) {
    if (count > max_entries)
        reject(schema, "has " + std::to_string(count) + ' ' + kind + "s, at most " +
                           std::to_string(max_entries) + " are supported");
    if (count == 0) return;
    if (first == nullptr) reject(schema, std::string("the table of ") + kind + "s is null");
    if (stride < sizeof(std::uint32_t) * 2 + sizeof(char *) || stride % alignof(Schema) != 0)
        reject(schema, std::string("the stride of the ") + kind + "s is " + std::to_string(stride));
    for (std::uint32_t i = 0; i < count; ++i) {
        const char *name = entry(first, stride, i).name;
        if (name == nullptr || *name == '\0') reject(schema, std::string("a ") + kind + " has no name");
        for (std::uint32_t j = 0; j < i; ++j)
            if (std::strcmp(name, entry(first, stride, j).name) == 0)
                reject(schema, std::string("two ") + kind + "s are named '" + name + "'");
    }
}

void check_schema(const lai_op_schema &schema) {
    if (schema.size < LAI_SIZE_THROUGH(lai_op_schema, require))
        reject(schema, "the schema is of an older size");
    if (short_name(schema.id).empty()) reject(schema, "the id must read \"domain.name/version\"");
    if (schema.dtypes == 0) reject(schema, "it names no element type");
    check_names(schema, schema.dims, schema.dim_stride, schema.dim_count, "dim");
    check_names(schema, schema.flags, schema.flag_stride, schema.flag_count, "flag");
    check_names(schema, schema.scalars, schema.scalar_stride, schema.scalar_count, "scalar");
    check_names(schema, schema.operands, schema.operand_stride, schema.operand_count, "operand");
    if (schema.operand_count == 0) reject(schema, "it has no operand");
    for (std::uint32_t i = 0; i < schema.flag_count; ++i) {
        const lai_flag_schema &flag = entry(schema.flags, schema.flag_stride, i);
        if (flag.letters == nullptr || *flag.letters == '\0')
            reject(schema, std::string("flag '") + flag.name + "' allows no letter");
    }
    for (std::uint32_t i = 0; i < schema.operand_count; ++i) {
        const lai_operand_schema &operand = entry(schema.operands, schema.operand_stride, i);
        if (operand.rows == nullptr || operand.cols == nullptr)
            reject(schema, std::string("operand '") + operand.name + "' has no shape");
        if (operand.element > LAI_ELEMENT_F32)
            reject(schema, std::string("operand '") + operand.name + "' has an unknown element type");
    }
}

using Kind = CompiledArgument::Kind;

// Index of `word` among the names of a table, compared in lower case; -1: not there.
template <typename Schema>
int index_of(std::string_view word, const Schema *first, std::uint32_t stride, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i)
        if (word == lower(entry(first, stride, i).name)) return static_cast<int>(i);
    return -1;
}

CompiledArgument compile_argument(const lai_op_schema &schema, std::string_view word) {
    const auto found = [&](Kind kind, int index) {
        return CompiledArgument{kind, static_cast<std::uint32_t>(index), upper(word)};
    };
    const auto operand = [&](std::string_view name) {
        return index_of(name, schema.operands, schema.operand_stride, schema.operand_count);
    };
    if (const int i = index_of(word, schema.flags, schema.flag_stride, schema.flag_count); i >= 0)
        return found(Kind::flag, i);
    if (const int i = index_of(word, schema.dims, schema.dim_stride, schema.dim_count); i >= 0)
        return found(Kind::dim, i);
    if (const int i = index_of(word, schema.scalars, schema.scalar_stride, schema.scalar_count); i >= 0)
        return found(Kind::scalar, i);
    if (const int i = operand(word); i >= 0) return found(Kind::operand, i);
    if (word.substr(0, 2) == "ld")
        if (const int i = operand(word.substr(2)); i >= 0) return found(Kind::leading_dimension, i);
    if (word.substr(0, 7) == "stride_")
        if (const int i = operand(word.substr(7)); i >= 0) return found(Kind::batch_stride, i);
    return found(word == "batch" ? Kind::batch : Kind::other, 0);
}

void compile_arguments(Op &op) {
    const lai_op_schema &schema = *op.schema;
    std::string_view rest(schema.arguments != nullptr ? schema.arguments : "");
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        op.arguments.push_back(compile_argument(schema, rest.substr(0, comma)));
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    const auto require_listed = [&](Kind kind, std::uint32_t count, const char *what) {
        for (std::uint32_t i = 0; i < count; ++i)
            if (std::none_of(op.arguments.begin(), op.arguments.end(), [&](const CompiledArgument &argument) {
                    return argument.kind == kind && argument.index == i;
                }))
                reject(schema, std::string("the argument list lacks ") + what + ' ' + std::to_string(i));
    };
    require_listed(Kind::dim, schema.dim_count, "dim");
    require_listed(Kind::flag, schema.flag_count, "flag");
    require_listed(Kind::operand, schema.operand_count, "operand");
}

// Splits at "&&" outside parentheses and quotes; whole when a looser operator stands there too.
std::vector<std::string> conjuncts(std::string_view text) {
    std::vector<std::string> parts;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\'')
            i += 2;
        else if (text[i] == '(')
            ++depth;
        else if (text[i] == ')')
            --depth;
        else if (depth == 0 && (text.substr(i, 2) == "||" || text[i] == '?'))
            return {std::string(text)};
        else if (depth == 0 && text.substr(i, 2) == "&&") {
            parts.emplace_back(text.substr(begin, i - begin));
            begin = i + 2;
            ++i;
        }
    }
    parts.emplace_back(text.substr(std::min(begin, text.size())));
    for (std::string &part : parts) {
        const std::size_t first = part.find_first_not_of(' ');
        const std::size_t last = part.find_last_not_of(' ');
        part = first == std::string::npos ? std::string() : part.substr(first, last - first + 1);
    }
    return parts;
}

bool names(const Expression &expression, const CompiledArgument &argument) {
    const auto bit = [&](std::uint32_t base) {
        return (expression.names() >> (base + argument.index) & 1) != 0;
    };
    switch (argument.kind) {
        case Kind::dim:
            return bit(0);
        case Kind::flag:
            return bit(16);
        case Kind::scalar:
            return bit(32);
        default:
            return false;
    }
}

void compile_requirements(Op &op) {
    if (op.schema->require == nullptr) return;
    for (std::string &text : conjuncts(op.schema->require)) {
        CompiledRequirement requirement{0, Expression(*op.schema, text.c_str()), text};
        for (std::uint32_t i = 0; i < op.arguments.size(); ++i)
            if (names(requirement.condition, op.arguments[i])) requirement.argument = i;
        op.requirements.push_back(std::move(requirement));
    }
}

std::unique_ptr<Op> compile(const lai_op_schema *schema) {
    check_schema(*schema);
    auto op = std::make_unique<Op>();
    op->schema = schema;
    op->short_name = short_name(schema->id);
    for (std::uint32_t i = 0; i < schema->dim_count; ++i)
        op->dim_minima.emplace_back(*schema, entry(schema->dims, schema->dim_stride, i).min_expr);
    for (std::uint32_t i = 0; i < schema->operand_count; ++i) {
        const lai_operand_schema &operand = entry(schema->operands, schema->operand_stride, i);
        op->operands.push_back({&operand, Expression(*schema, operand.rows),
                                Expression(*schema, operand.cols), Expression(*schema, operand.reads),
                                Expression(*schema, operand.writes)});
    }
    op->flops = Expression(*schema, schema->flops);
    for (std::uint32_t i = 0; i < std::min(schema->flag_count, 32u); ++i)
        if (std::strncmp(entry(schema->flags, schema->flag_stride, i).name, "job", 3) == 0)
            op->job_flags |= 1u << i;
    op->bytes = Expression(*schema, schema->bytes);
    op->hangs_on_nonfinite = Expression(*schema, schema->hangs_on_nonfinite);
    op->require = Expression(*schema, schema->require);
    compile_arguments(*op);
    compile_requirements(*op);
    return op;
}

bool same_text(const char *a, const char *b) {
    return a == b || (a != nullptr && b != nullptr && std::strcmp(a, b) == 0);
}

template <typename Schema, typename Same>
bool same_table(const Schema *a, std::uint32_t a_stride, std::uint32_t a_count, const Schema *b,
                std::uint32_t b_stride, std::uint32_t b_count, Same same) {
    if (a_count != b_count) return false;
    for (std::uint32_t i = 0; i < a_count; ++i)
        if (!same(entry(a, a_stride, i), entry(b, b_stride, i))) return false;
    return true;
}

// Whether two schemas of one id agree in all that callers and variants rely on.
bool agree(const lai_op_schema &a, const lai_op_schema &b) {
    return a.dtypes == b.dtypes && same_text(a.arguments, b.arguments) && same_text(a.flops, b.flops) &&
           same_text(a.require, b.require) &&
           same_table(a.dims, a.dim_stride, a.dim_count, b.dims, b.dim_stride, b.dim_count,
                      [](const lai_dim_schema &x, const lai_dim_schema &y) {
                          return same_text(x.name, y.name) && same_text(x.min_expr, y.min_expr);
                      }) &&
           same_table(a.flags, a.flag_stride, a.flag_count, b.flags, b.flag_stride, b.flag_count,
                      [](const lai_flag_schema &x, const lai_flag_schema &y) {
                          return same_text(x.name, y.name) && same_text(x.letters, y.letters);
                      }) &&
           same_table(a.scalars, a.scalar_stride, a.scalar_count, b.scalars, b.scalar_stride, b.scalar_count,
                      [](const lai_scalar_schema &x, const lai_scalar_schema &y) {
                          return same_text(x.name, y.name) && x.real_only == y.real_only;
                      }) &&
           same_table(a.operands, a.operand_stride, a.operand_count, b.operands, b.operand_stride,
                      b.operand_count, [](const lai_operand_schema &x, const lai_operand_schema &y) {
                          return x.element == y.element && x.shape == y.shape && x.is_vector == y.is_vector &&
                                 x.partial_on_info == y.partial_on_info && same_text(x.name, y.name) &&
                                 same_text(x.rows, y.rows) && same_text(x.cols, y.cols) &&
                                 same_text(x.reads, y.reads) && same_text(x.writes, y.writes);
                      });
}

std::uint32_t add_locked(Storage &slots, const lai_op_schema *schema) {
    auto op = compile(schema);
    const std::uint32_t count = slots.count.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i < count; ++i) {
        const Op &known = *slots.ops[i].load(std::memory_order_relaxed);
        if (!same_text(known.schema->id, schema->id)) continue;
        if (!agree(*known.schema, *schema)) reject(*schema, "is registered already with another schema");
        return known.number;
    }
    if (count == capacity) reject(*schema, "the table of ops is full");
    op->number = count + 1;
    slots.ops[count].store(op.release(), std::memory_order_release);
    slots.count.store(count + 1, std::memory_order_release);
    return count + 1;
}

}  // namespace

OpTable &OpTable::instance() {
    static OpTable &table = *[] {
        const std::lock_guard lock(storage().adding);
        for (const lai_op_schema *schema : builtin_schemas()) add_locked(storage(), schema);
        return new OpTable;
    }();
    return table;
}

std::uint32_t OpTable::add(const lai_op_schema *schema) {
    if (schema == nullptr) throw Error(ErrorKind::usage, "op schema is null");
    const std::lock_guard lock(storage().adding);
    return add_locked(storage(), schema);
}

const Op *OpTable::find(std::uint32_t number) const noexcept {
    if (number == 0 || number > capacity) return nullptr;
    return storage().ops[number - 1].load(std::memory_order_acquire);
}

const Op *OpTable::find(std::string_view id) const noexcept {
    const std::uint32_t count = storage().count.load(std::memory_order_acquire);
    for (std::uint32_t i = 0; i < count; ++i) {
        const Op *op = storage().ops[i].load(std::memory_order_acquire);
        if (id == op->short_name || id == op->schema->id) return op;
    }
    return nullptr;
}

std::vector<const Op *> OpTable::all() const {
    std::vector<const Op *> result;
    const std::uint32_t count = storage().count.load(std::memory_order_acquire);
    for (std::uint32_t i = 0; i < count; ++i)
        result.push_back(storage().ops[i].load(std::memory_order_acquire));
    return result;
}

lai_dtype operand_dtype(const lai_operand_schema &operand, lai_dtype dtype) noexcept {
    switch (operand.element) {
        case LAI_ELEMENT_REAL_T:
            return dtype == LAI_DTYPE_C32 ? LAI_DTYPE_F32 : dtype == LAI_DTYPE_C64 ? LAI_DTYPE_F64 : dtype;
        case LAI_ELEMENT_COMPLEX_T:
            return dtype == LAI_DTYPE_F32 ? LAI_DTYPE_C32 : dtype == LAI_DTYPE_F64 ? LAI_DTYPE_C64 : dtype;
        case LAI_ELEMENT_I64:
            return LAI_DTYPE_I64;
        case LAI_ELEMENT_I32:
            return LAI_DTYPE_I32;
        case LAI_ELEMENT_F32:
            return LAI_DTYPE_F32;
        default:
            return dtype;
    }
}

std::uint64_t dtype_bytes(lai_dtype dtype) noexcept {
    constexpr std::array<std::uint64_t, LAI_DTYPE_COUNT> bytes{0, 4, 8, 8, 16, 4, 8, 2, 2};
    return dtype < bytes.size() ? bytes[dtype] : 0;
}

bool is_complex(lai_dtype dtype) noexcept {
    return dtype == LAI_DTYPE_C32 || dtype == LAI_DTYPE_C64;
}

char dtype_letter(lai_dtype dtype) noexcept {
    return dtype >= LAI_DTYPE_F32 && dtype <= LAI_DTYPE_C64 ? "sdcz"[dtype - LAI_DTYPE_F32] : '?';
}

std::string routine_name(const Op &op, lai_dtype dtype) {
    std::string name = op.schema->lapack != nullptr ? op.schema->lapack : op.short_name;
    if (name.empty() || name[0] != '?') return name;
    name[0] = dtype_letter(dtype);
    if (!is_complex(dtype)) return name;
    // The two whose complex forms have names of their own.
    if (name.substr(1) == "syev") name.replace(1, 2, "he");
    if (name.substr(1) == "orgqr") name.replace(1, 2, "un");
    return name;
}

}  // namespace lapack_ai::core
