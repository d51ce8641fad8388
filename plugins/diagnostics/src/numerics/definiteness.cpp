// With A_11 = L L^H the leading block and a the next column, x = (-inv(A_11) a, 1) gives x^H A x = a_kk -
// ||inv(L) a||^2, which is the pivot that the factorization found not to be positive.
#include "numerics/definiteness.hpp"

namespace lapack_ai::diagnostics {

template <class T>
Certificate<T> negative_direction(const MatrixView<T> &F, Part part, index_t order, double norm,
                                  const Real<T> *diagonal) {
    Certificate<T> result;
    const index_t k = order - 1;
    result.form = static_cast<double>(real_part(F(k, k)));
    result.x.assign(order, T(0));
    const Triangle<T> block{{F.data, k, k, F.ld}, part, false};
    for (index_t j = 0; j < k; ++j) result.x[j] = -(part == Part::lower ? conjugate(F(k, j)) : F(j, k));
    if (part == Part::lower) {
        block.solve_adjoint(result.x.data());
    } else {
        block.solve(result.x.data());
    }
    result.x[k] = T(1);
    double square = 0, weighted = 0;
    for (index_t i = 0; i < order; ++i) {
        const double size = static_cast<double>(std::abs(result.x[i]));
        square += size * size;
        weighted += size * std::sqrt(std::fabs(static_cast<double>(diagonal[i])));
    }
    result.eigenvalue_bound = result.form / square;
    // Rounding in the factorization moves the form by at most gamma * (sum |x_i| sqrt(a_ii))^2, and rounding
    // in making A moves eigenvalues by about n u ||A||: only what exceeds both proves something.
    const double u = static_cast<double>(unit_roundoff<T>) * (is_complex<T> ? 4 : 1);
    const double gamma = static_cast<double>(order + 2) * u;
    result.indefinite = result.form < 0 && -result.form > gamma * weighted * weighted &&
                        -result.eigenvalue_bound > static_cast<double>(F.n) * u * norm;
    return result;
}

#define LAI_INSTANTIATE(T) \
    template Certificate<T> negative_direction(const MatrixView<T> &, Part, index_t, double, const Real<T> *);
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics
