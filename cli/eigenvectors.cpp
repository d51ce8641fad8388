#include "eigenvectors.hpp"

namespace lapack_ai::cli {

namespace {

template <class R>
Matrix unpacked(const Matrix &VR, const Matrix &W) {
    using C = std::complex<R>;
    const std::int64_t n = VR.rows();
    Matrix V(dtype_of<C>, n, n);
    const C *const w = W.as<C>();
    const R *const packed = VR.as<R>();
    for (std::int64_t j = 0; j < n; ++j) {
        const bool pair = w[j].imag() != 0 && j + 1 < n;
        for (std::int64_t i = 0; i < n; ++i) {
            const C value(packed[j * n + i], pair ? packed[(j + 1) * n + i] : R{0});
            V.as<C>()[j * n + i] = value;
            if (pair) V.as<C>()[(j + 1) * n + i] = std::conj(value);
        }
        if (pair) ++j;
    }
    return V;
}

}  // namespace

Matrix unpack_eigenvectors(const Matrix &VR, const Matrix &W) {
    return is_single(VR.dtype()) ? unpacked<float>(VR, W) : unpacked<double>(VR, W);
}

}  // namespace lapack_ai::cli
