// org.example.kron/1: K := alpha (A kron B), an operation of this plugin's own. The schema below is all that
// core needs to check its arguments, price, explain and meter it, and the conformance kit to test it.
//
// A is ma x na, B is mb x nb, K is (ma mb) x (na nb): block (i, j) of K is alpha A(i, j) B.
#include <lapack_ai/sdk/plugin.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace lapack_ai::sdk;

enum Dim { ma, na, mb, nb };
enum Operand { in_a, in_b, out_k };

constexpr lai_dim_schema dims[] = {{sizeof(lai_dim_schema), 0, "ma", nullptr},
                                   {sizeof(lai_dim_schema), 0, "na", nullptr},
                                   {sizeof(lai_dim_schema), 0, "mb", nullptr},
                                   {sizeof(lai_dim_schema), 0, "nb", nullptr}};
constexpr lai_scalar_schema scalars[] = {{sizeof(lai_scalar_schema), 0, "alpha"}};

constexpr lai_operand_schema matrix(const char *name, const char *rows, const char *cols, const char *reads,
                                    const char *writes) {
    return {sizeof(lai_operand_schema),
            LAI_ELEMENT_T,
            name,
            rows,
            cols,
            reads,
            writes,
            LAI_SHAPE_GENERAL,
            0,
            0,
            0};
}
constexpr lai_operand_schema operands[] = {matrix("A", "ma", "na", "1", nullptr),
                                           matrix("B", "mb", "nb", "1", nullptr),
                                           matrix("K", "ma*mb", "na*nb", nullptr, "1")};

// K (x kron y) = alpha (A x) kron (B y): both sides for random signs x and y, as an O(size of K) check.
template <typename T>
double backward_error(const Call &call, std::uint64_t seed) {
    const auto A = call.matrix<const T>(in_a), B = call.matrix<const T>(in_b),
               K = call.matrix<const T>(out_k);
    const T alpha = call.scalar<T>(0);
    const auto sign = [&](std::int64_t i, std::uint64_t stream) {
        std::uint64_t bits = (static_cast<std::uint64_t>(i) + 1) * 0x9E3779B97F4A7C15u ^ (seed + stream);
        bits ^= bits >> 29;
        bits *= 0xBF58476D1CE4E5B9u;
        return bits >> 63 ? 1.0 : -1.0;
    };
    using Wide = std::complex<double>;
    std::vector<Wide> Ax(static_cast<std::size_t>(A.rows)), By(static_cast<std::size_t>(B.rows));
    double size = 0, worst = 0;
    for (std::int64_t j = 0; j < A.cols; ++j)
        for (std::int64_t i = 0; i < A.rows; ++i)
            Ax[static_cast<std::size_t>(i)] += Wide(A(i, j)) * sign(j, 1);
    for (std::int64_t j = 0; j < B.cols; ++j)
        for (std::int64_t i = 0; i < B.rows; ++i)
            By[static_cast<std::size_t>(i)] += Wide(B(i, j)) * sign(j, 2);
    for (std::int64_t i = 0; i < K.rows; ++i) {
        Wide sum = 0;
        for (std::int64_t j = 0; j < K.cols; ++j) {
            sum += Wide(K(i, j)) * sign(j / B.cols, 1) * sign(j % B.cols, 2);
            size = std::max(size, std::abs(Wide(K(i, j))));
        }
        const Wide right =
            Wide(alpha) * Ax[static_cast<std::size_t>(i / B.rows)] * By[static_cast<std::size_t>(i % B.rows)];
        const double error = std::abs(sum - right);
        worst = error <= worst ? worst : error;  // NaN wins
    }
    return worst == 0
               ? 0
               : worst / (std::max(size, std::numeric_limits<double>::min()) * static_cast<double>(K.cols));
}

double verify(const lai_call *raw, const lai_operand *, std::uint64_t seed) {
    const Call call(*raw);
    if (!call.is_single()) return std::numeric_limits<double>::quiet_NaN();  // it cannot say
    return visit(raw->dtype, [&]<typename T>(Type<T>) { return backward_error<T>(call, seed); });
}

constexpr lai_op_schema schema = {.size = sizeof(lai_op_schema),
                                  .row_major = LAI_ROW_MAJOR_COPY,
                                  .id = "org.example.kron/1",
                                  .title = "Kronecker product",
                                  .lapack = nullptr,
                                  .arguments = "ma,na,mb,nb,alpha,a,lda,b,ldb,k,ldk",
                                  .dims = dims,
                                  .flags = nullptr,
                                  .scalars = scalars,
                                  .operands = operands,
                                  .dim_count = 4,
                                  .flag_count = 0,
                                  .scalar_count = 1,
                                  .operand_count = 3,
                                  .dim_stride = sizeof(lai_dim_schema),
                                  .flag_stride = sizeof(lai_flag_schema),
                                  .scalar_stride = sizeof(lai_scalar_schema),
                                  .operand_stride = sizeof(lai_operand_schema),
                                  .dtypes = LAI_DTYPES_SDCZ,
                                  .flops = "ma*na*mb*nb",
                                  .bytes = "ma*na*mb*nb",
                                  .hangs_on_nonfinite = nullptr,
                                  .verify = verify,
                                  .require = nullptr};

template <typename T>
void kron(MatrixView<const T> A, MatrixView<const T> B, T alpha, MatrixView<T> K) {
    for (std::int64_t ja = 0; ja < A.cols; ++ja)
        for (std::int64_t jb = 0; jb < B.cols; ++jb) {
            T *column = K.column(ja * B.cols + jb);
            for (std::int64_t ia = 0; ia < A.rows; ++ia) {
                const T factor = alpha * A(ia, ja);
                for (std::int64_t ib = 0; ib < B.rows; ++ib) *column++ = factor * B(ib, jb);
            }
        }
}

class Kron {
  public:
    Kron() {
        for (const lai_dtype dtype : {LAI_DTYPE_F32, LAI_DTYPE_F64, LAI_DTYPE_C32, LAI_DTYPE_C64})
            visit(dtype, [&]<typename T>(Type<T>) { seconds_per_element_[dtype] = time_one_element<T>(); });
    }

    Cost query(const Call &call) const {
        double elements = 1;
        for (const Dim dim : {ma, na, mb, nb}) elements *= static_cast<double>(call.dim(dim));
        return Cost()
            .compute(1e-7 + elements * seconds_per_element_[call.dtype()])
            .componentwise(8)
            .algorithm("blocks");
    }

    void execute(const Call &call, lai_result &result) const {
        visit(call.dtype(), [&]<typename T>(Type<T>) {
            kron(call.matrix<const T>(in_a), call.matrix<const T>(in_b), call.scalar<T>(0),
                 call.matrix<T>(out_k));
        });
        result.algorithm = "blocks";
    }

  private:
    // The least of a few runs, so that prices are those of this machine.
    template <typename T>
    static double time_one_element() {
        constexpr std::int64_t n = 16;
        std::vector<T> A(n * n, T(1)), K(n * n * n * n);
        const MatrixView<const T> view{A.data(), n, n, n};
        double least = 1;
        for (int run = 0; run < 5; ++run) {
            const auto begin = std::chrono::steady_clock::now();
            kron(view, view, T(1), MatrixView<T>{K.data(), n * n, n * n, n * n});
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
            least = std::min(least, took.count());
        }
        return least / (n * n * n * n);
    }

    double seconds_per_element_[LAI_DTYPE_COUNT] = {};
};

struct KronPlugin : Plugin {
    explicit KronPlugin(Host host) : Plugin(host) {
        host.register_op(schema);
        add<Kron>({.op = schema.id, .name = "blocks"});
    }
};

}  // namespace

LAPACK_AI_PLUGIN(KronPlugin);
