#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>

#include "base/error.hpp"
#include "dispatch/op_table.hpp"
#include "runtime/calibration.hpp"

namespace lapack_ai::core {

namespace {

// The job letters people use, and what else must be said; other flags keep their initial letter.
std::vector<std::string> flag_sets(const std::string &op) {
    if (op == "gesvd") return {"SS", "NN", "AA"};
    if (op == "syev") return {"VL", "NL"};
    if (op == "geev") return {"NV", "NN"};
    return {""};
}

// Dims in the schema's order for a size n and a way of stretching it.
std::vector<std::vector<std::int64_t>> dim_sets(const lai_op_schema &schema, const std::string &op,
                                                std::int64_t n) {
    const std::int64_t few = 8;
    if (op == "gemm" || op == "gemm_batch") {
        std::vector<std::vector<std::int64_t>> sets = {{n, n, n}};
        if (op == "gemm" && n >= 512) {
            sets.push_back({8 * n, n, n / 4});
            sets.push_back({n / 4, 8 * n, n});
            sets.push_back({n, n / 8, 4 * n});
        }
        return sets;
    }
    std::vector<std::int64_t> square, tall;
    for (std::uint32_t i = 0; i < schema.dim_count; ++i) {
        const auto *dim = reinterpret_cast<const lai_dim_schema *>(
            reinterpret_cast<const char *>(schema.dims) + std::size_t{i} * schema.dim_stride);
        const bool rhs = std::strcmp(dim->name, "nrhs") == 0;
        square.push_back(rhs ? few : n);
        tall.push_back(rhs                                ? few
                       : std::strcmp(dim->name, "m") == 0 ? 6 * n
                                                          : std::max<std::int64_t>(n / 2, 1));
    }
    const bool has_m = schema.dim_count > 0 && std::strcmp(schema.dims->name, "m") == 0;
    if (has_m && n >= 16) return {square, tall};
    return {square};
}

// Element i of the van der Corput sequence in this base, in (0, 1).
double radical_inverse(int i, int base) {
    double value = 0;
    for (double digit = 1.0 / base; i > 0; i /= base, digit /= base) value += digit * (i % base);
    return value;
}

// Shapes of every aspect, spread evenly over the logarithms of the dims (Halton 1960): what lies between the
// families above. For ops whose dims are free of each other.
std::vector<std::vector<std::int64_t>> scattered_dims(const lai_op_schema &schema, const std::string &op) {
    constexpr int bases[] = {2, 3, 5};
    const int count = op == "gemm" ? 128 : op == "gesvd" || op == "geqrf" || op == "getrf" ? 24 : 0;
    std::vector<std::vector<std::int64_t>> sets;
    for (int i = 1; i <= count; ++i) {
        std::vector<std::int64_t> dims;
        for (std::uint32_t k = 0; k < schema.dim_count; ++k)
            dims.push_back(std::llround(std::exp2(1 + 9 * radical_inverse(i, bases[k]))));  // 2 to 1024
        sets.push_back(std::move(dims));
    }
    return sets;
}

}  // namespace

std::vector<CalibrationCase> calibration_cases(const std::string &op, lai_dtype dtype) {
    const Op *known = OpTable::instance().find(op);
    if (known == nullptr) throw Error(ErrorKind::usage, "calibrate: unknown op '" + op + "'");
    std::vector<CalibrationCase> cases;
    for (std::int64_t n : {4, 8, 16, 32, 64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096})
        for (const std::string &flags : flag_sets(known->short_name))
            for (std::vector<std::int64_t> &dims : dim_sets(*known->schema, known->short_name, n)) {
                if (known->short_name == "gemm_batch") {
                    if (n > 256) continue;
                    for (std::int64_t batch : {16, 256, 4096})
                        if (batch * n * n <= 4'000'000) cases.push_back({op, dtype, dims, flags, batch});
                    continue;
                }
                cases.push_back({op, dtype, std::move(dims), flags, 1});
            }
    for (const std::string &flags : flag_sets(known->short_name))
        for (const auto &dims : scattered_dims(*known->schema, known->short_name))
            cases.push_back({op, dtype, dims, flags, 1});
    return cases;
}

struct MeasuredCall::Impl {
    lai_call call{};
    std::vector<std::int64_t> dims;
    std::vector<std::uint8_t> flags;
    std::vector<lai_scalar> scalars;
    std::vector<lai_operand> operands;
    std::vector<std::vector<std::byte>> data,
        pristine;  // pristine is empty for operands that are only read or written
    double bytes = 0;
};

namespace {

template <typename T>
void fill(std::byte *memory, const lai_operand &operand, std::int64_t batch, bool square) {
    T *x = reinterpret_cast<T *>(memory);
    std::uint64_t state = 88172645463325252u;
    for (std::int64_t item = 0; item < std::max<std::int64_t>(batch, 1); ++item)
        for (std::int64_t j = 0; j < operand.cols; ++j)
            for (std::int64_t i = 0; i < operand.rows; ++i) {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                // Symmetric in (i, j) for square matrices, so that they are Hermitian and positive definite.
                double value = static_cast<double>(state >> 11) * 0x1p-53 - 0.5;
                if (square) {
                    const auto pair =
                        static_cast<std::uint64_t>(std::min(i, j) * 7919 + std::max(i, j) * 104729);
                    value = static_cast<double>(pair * 0x9e3779b97f4a7c15u >> 11) * 0x1p-53 - 0.5;
                    if (i == j) value += static_cast<double>(operand.rows);
                }
                x[item * operand.batch_stride + j * operand.ld + i] = T(value);
            }
}

void fill_operand(std::byte *memory, const lai_operand &operand, std::int64_t batch) {
    const bool square = operand.rows == operand.cols;
    switch (operand.dtype) {
        case LAI_DTYPE_F32:
            return fill<float>(memory, operand, batch, square);
        case LAI_DTYPE_F64:
            return fill<double>(memory, operand, batch, square);
        case LAI_DTYPE_C32:
            return fill<std::complex<float>>(memory, operand, batch, square);
        case LAI_DTYPE_C64:
            return fill<std::complex<double>>(memory, operand, batch, square);
        case LAI_DTYPE_I64:  // pivots: no exchange
            for (std::int64_t i = 0; i < operand.rows; ++i)
                reinterpret_cast<std::int64_t *>(memory)[i] = i + 1;
            return;
        default:
            return;
    }
}

}  // namespace

MeasuredCall::MeasuredCall(const CalibrationCase &one) : impl_(std::make_unique<Impl>()) {
    const Op *op = OpTable::instance().find(one.op);
    if (op == nullptr) throw Error(ErrorKind::usage, "calibrate: unknown op '" + one.op + "'");
    const lai_op_schema &schema = *op->schema;
    Impl &m = *impl_;
    m.dims = one.dims;
    for (std::uint32_t i = 0; i < schema.flag_count; ++i) {
        const auto *flag = reinterpret_cast<const lai_flag_schema *>(
            reinterpret_cast<const char *>(schema.flags) + std::size_t{i} * schema.flag_stride);
        m.flags.push_back(static_cast<std::uint8_t>(i < one.flags.size() ? one.flags[i]
                                                                         : static_cast<char>(flag->initial)));
    }
    m.scalars.assign(schema.scalar_count, {1.0, 0.0});
    if (op->short_name.starts_with("gemm")) m.scalars[1] = {0.0, 0.0};
    if (op->short_name == "gelsd") m.scalars[0] = {-1.0, 0.0};
    lai_call &call = m.call;
    call.size = sizeof(lai_call);
    call.op = op->number;
    call.op_id = schema.id;
    call.dtype = one.dtype;
    call.dims = m.dims.data();
    call.flags = m.flags.data();
    call.scalars = m.scalars.data();
    call.dim_count = schema.dim_count;
    call.flag_count = schema.flag_count;
    call.scalar_count = schema.scalar_count;
    call.operand_count = schema.operand_count;
    call.operand_stride = sizeof(lai_operand);
    call.batch = one.batch;
    m.operands.resize(schema.operand_count);
    m.data.resize(schema.operand_count);
    m.pristine.resize(schema.operand_count);
    for (std::uint32_t i = 0; i < schema.operand_count; ++i) {
        const CompiledOperand &shape = op->operands[i];
        lai_operand &operand = m.operands[i];
        operand.size = sizeof(lai_operand);
        operand.dtype = operand_dtype(*shape.schema, one.dtype);
        operand.rows = static_cast<std::int64_t>(shape.rows.evaluate(call));
        operand.cols = static_cast<std::int64_t>(shape.cols.evaluate(call));
        operand.ld = std::max<std::int64_t>(operand.rows, 1);
        operand.batch_stride = operand.ld * operand.cols;
        const bool reads = shape.reads.evaluate(call) != 0, writes = shape.writes.evaluate(call) != 0;
        if (!reads && !writes) {
            operand.rows = operand.cols = 0;
            operand.ld = 1;
            continue;
        }
        const auto items = static_cast<std::size_t>(std::max<std::int64_t>(one.batch, 1));
        const std::size_t bytes =
            static_cast<std::size_t>(operand.ld * operand.cols) * items * dtype_bytes(operand.dtype);
        m.data[i].resize(std::max<std::size_t>(bytes, 16));
        m.bytes += static_cast<double>(bytes);
        fill_operand(m.data[i].data(), operand, one.batch);
        if (reads && writes) m.pristine[i] = m.data[i];
        operand.data = m.data[i].data();
    }
    call.operands = m.operands.data();
}

MeasuredCall::~MeasuredCall() = default;

lai_call &MeasuredCall::call() noexcept {
    return impl_->call;
}

void MeasuredCall::reset() {
    for (std::size_t i = 0; i < impl_->data.size(); ++i)
        if (!impl_->pristine[i].empty())
            std::memcpy(impl_->data[i].data(), impl_->pristine[i].data(), impl_->pristine[i].size());
}

bool MeasuredCall::overwrites() const noexcept {
    return std::any_of(impl_->pristine.begin(), impl_->pristine.end(),
                       [](const auto &copy) { return !copy.empty(); });
}

double MeasuredCall::bytes() const noexcept {
    return impl_->bytes;
}

}  // namespace lapack_ai::core
