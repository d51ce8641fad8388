// Batches through the Jacobi kernel: evenly spaced, by pointers, on the device, odd sizes, and what must end
// in a status or an INFO.
#include "svd_fixture.hpp"

namespace {

using namespace lapack_ai::test;
using lapack_ai::sdk::CallBuilder;
using OpenclSvdBatch = OpenclSvd;

// A batch of random matrices, each with padding around it.
template <typename T>
struct Batch {
    Batch(std::int64_t rows, std::int64_t cols, std::int64_t count)
        : m(rows), n(cols), k(std::min(rows, cols)) {
        for (std::int64_t b = 0; b < count; ++b) {
            A.push_back(random_matrix<T>(m, n, static_cast<std::uint64_t>(b + 11), 1));
            U.emplace_back(m, k, 2);
            VT.emplace_back(k, n, 3);
        }
        s.assign(static_cast<std::size_t>(k * count), T(-1));
    }
    std::int64_t m, n, k;
    std::vector<Matrix<T>> A, U, VT;
    std::vector<T> s;
};

TEST_F(OpenclSvdBatch, PointerArraysEachItemRight) {
    for (const auto &[m, n] :
         {std::pair<std::int64_t, std::int64_t>{5, 5}, {16, 16}, {9, 4}, {3, 8}, {1, 1}}) {
        Batch<double> batch(m, n, 7);
        const Batch<double> original = batch;
        std::vector<void *> a, s, u, vt;
        for (std::size_t b = 0; b < 7; ++b) {
            a.push_back(batch.A[b].data()), u.push_back(batch.U[b].data()), vt.push_back(batch.VT[b].data());
            s.push_back(batch.s.data() + static_cast<std::int64_t>(b) * batch.k);
        }
        CallBuilder call(LAI_OP_GESVD, LAI_DTYPE_F64);
        call.dims(m, n).flags('S', 'S').batch(7);
        call.operand(LAI_DTYPE_F64, a.data(), m, n, batch.A[0].ld(), 0, LAI_OPERAND_POINTER_ARRAY);
        call.operand(LAI_DTYPE_F64, s.data(), batch.k, 1, batch.k, 0, LAI_OPERAND_POINTER_ARRAY);
        call.operand(LAI_DTYPE_F64, u.data(), m, batch.k, batch.U[0].ld(), 0, LAI_OPERAND_POINTER_ARRAY);
        call.operand(LAI_DTYPE_F64, vt.data(), batch.k, n, batch.VT[0].ld(), 0, LAI_OPERAND_POINTER_ARRAY);
        plugin.run(call);
        for (std::size_t b = 0; b < 7; ++b) {
            Decomposition<double> d;
            d.A = original.A[b], d.U = batch.U[b], d.VT = batch.VT[b];
            d.s.assign(batch.s.begin() + static_cast<std::int64_t>(b) * batch.k,
                       batch.s.begin() + static_cast<std::int64_t>(b + 1) * batch.k);
            judge(original.A[b], d, 'S', 'S', decompose(lapack, original.A[b], 'N', 'N').s,
                  "item " + std::to_string(b));
        }
    }
}

TEST_F(OpenclSvdBatch, EvenlySpacedOnTheDevice) {
    constexpr std::int64_t n = 12, count = 5;
    const auto *memory = static_cast<const lai_memory *>(plugin.entry().get_extension(LAI_ROLE_MEMORY));
    std::vector<double> A, s(n * count), U(n * n * count), VT(n * n * count);
    std::vector<Matrix<double>> originals;
    for (std::int64_t b = 0; b < count; ++b) {
        originals.push_back(random_matrix<double>(n, n, static_cast<std::uint64_t>(b)));
        A.insert(A.end(), originals.back().data(), originals.back().data() + n * n);
    }
    const std::uint32_t space = 1;  // any number but the host's
    std::vector<void *> owned;
    const auto move = [&](std::vector<double> &x, bool up, void *at) {
        const std::uint64_t bytes = x.size() * sizeof(double);
        if (up) {
            EXPECT_EQ(memory->alloc(memory->self, bytes, &at), LAI_OK);
            owned.push_back(at);
            EXPECT_EQ(memory->upload(memory->self, at, 0, bytes, x.data(), bytes, bytes, 1), LAI_OK);
        } else {
            EXPECT_EQ(memory->download(memory->self, at, 0, bytes, x.data(), bytes, bytes, 1), LAI_OK);
        }
        return at;
    };
    for (std::vector<double> *x : {&A, &s, &U, &VT}) move(*x, true, nullptr);
    CallBuilder call(LAI_OP_GESVD, LAI_DTYPE_F64);
    call.dims(n, n).flags('S', 'A').batch(count);
    call.operand(LAI_DTYPE_F64, owned[0], n, n, n, n * n, 0, space)
        .operand(LAI_DTYPE_F64, owned[1], n, 1, n, n, 0, space);
    call.operand(LAI_DTYPE_F64, owned[2], n, n, n, n * n, 0, space)
        .operand(LAI_DTYPE_F64, owned[3], n, n, n, n * n, 0, space);
    plugin.run(call);
    move(s, false, owned[1]), move(U, false, owned[2]), move(VT, false, owned[3]);
    for (void *address : owned) memory->release(memory->self, address);
    for (std::int64_t b = 0; b < count; ++b) {
        Decomposition<double> d;
        d.U = Matrix<double>(n, n), d.VT = Matrix<double>(n, n);
        std::copy_n(U.data() + b * n * n, n * n, d.U.data());
        std::copy_n(VT.data() + b * n * n, n * n, d.VT.data());
        d.s.assign(s.begin() + b * n, s.begin() + (b + 1) * n);
        const Matrix<double> &original = originals[static_cast<std::size_t>(b)];
        judge(original, d, 'S', 'A', decompose(lapack, original, 'N', 'N').s, "item " + std::to_string(b));
    }
}

TEST_F(OpenclSvdBatch, NonfiniteItemIsNamed) {
    constexpr std::int64_t n = 4, count = 3;
    std::vector<double> A(n * n * count, 1.0), s(n * count, -1.0);
    A[n * n + 5] = std::numeric_limits<double>::infinity();
    CallBuilder call(LAI_OP_GESVD, LAI_DTYPE_F64);
    call.dims(n, n).flags('N', 'N').batch(count);
    call.operand(LAI_DTYPE_F64, A.data(), n, n, n, n * n).operand(LAI_DTYPE_F64, s.data(), n, 1, n, n);
    call.absent(LAI_DTYPE_F64).absent(LAI_DTYPE_F64);
    const lai_result result = plugin.run(call);
    EXPECT_EQ(result.info, -5);
    EXPECT_EQ(result.batch_index, 1);
    EXPECT_EQ(s, std::vector<double>(n * count, -1.0));
}

TEST_F(OpenclSvdBatch, EmptyBatch) {
    CallBuilder call(LAI_OP_GESVD, LAI_DTYPE_F64);
    call.dims(3, 3).flags('N', 'N').batch(0);
    call.operand(LAI_DTYPE_F64, nullptr, 3, 3, 3, 9).operand(LAI_DTYPE_F64, nullptr, 3, 1, 3, 3);
    call.absent(LAI_DTYPE_F64).absent(LAI_DTYPE_F64);
    EXPECT_EQ(plugin.run(call).info, 0);
}

}  // namespace
