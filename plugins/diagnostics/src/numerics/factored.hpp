// A matrix known by the factors that LAPACK left behind: products and solves with it and its transpose in
// O(n^2). Vectors are overwritten. Zero pivots are replaced by `tiny`, so that a singular matrix acts as one
// at the edge of singularity and inverse iteration finds its null vectors.
#pragma once

#include "numerics/scan.hpp"

namespace lapack_ai::diagnostics {

// Triangle of `A` as an operator; unit: ones on the diagonal, not read.
template <class T>
struct Triangle {
    MatrixView<T> A;
    Part part;
    bool unit;
    Real<T> tiny = 0;  // stands for a diagonal entry smaller than it

    void solve(T *x) const;          // x := inv(A) x
    void solve_adjoint(T *x) const;  // x := inv(A^H) x
    // Two vectors for one read of A.
    void solve(T *x, T *y) const;
    void solve_adjoint(T *x, T *y) const;
    void multiply(T *x) const;
    void multiply_adjoint(T *x) const;
    T pivot(index_t j) const;
};

// P L U as getrf leaves it; ipiv counts from 1.
template <class T>
class LuFactors {
  public:
    using Element = T;
    LuFactors(MatrixView<T> LU, const index_t *ipiv, Real<T> tiny)
        : lower_{LU, Part::lower, true}, upper_{LU, Part::upper, false, tiny}, ipiv_(ipiv) {}
    index_t n() const { return lower_.A.n; }
    void solve(T *x) const;
    void solve_adjoint(T *x) const;
    void solve(T *x, T *y) const;
    void solve_adjoint(T *x, T *y) const;
    void multiply(T *x) const;
    void multiply_adjoint(T *x) const;

  private:
    Triangle<T> lower_, upper_;
    const index_t *ipiv_;
};

// L L^H or U^H U as potrf leaves it.
template <class T>
class CholeskyFactor {
  public:
    using Element = T;
    CholeskyFactor(MatrixView<T> F, Part part, Real<T> tiny) : factor_{F, part, false, tiny} {}
    index_t n() const { return factor_.A.n; }
    void solve(T *x) const;
    void solve_adjoint(T *x) const { solve(x); }
    void solve(T *x, T *y) const;
    void solve_adjoint(T *x, T *y) const { solve(x, y); }
    void multiply(T *x) const;
    void multiply_adjoint(T *x) const { multiply(x); }

  private:
    Triangle<T> factor_;
};

// R of A = Q R (or L of A = L Q): as an operator it has A's singular values and, for R, its right vectors.
template <class T>
class TriangularFactor {
  public:
    using Element = T;
    TriangularFactor(MatrixView<T> R, Part part, Real<T> tiny) : factor_{R, part, false, tiny} {}
    index_t n() const { return factor_.A.n; }
    void solve(T *x) const { factor_.solve(x); }
    void solve_adjoint(T *x) const { factor_.solve_adjoint(x); }
    void solve(T *x, T *y) const { factor_.solve(x, y); }
    void solve_adjoint(T *x, T *y) const { factor_.solve_adjoint(x, y); }
    void multiply(T *x) const { factor_.multiply(x); }
    void multiply_adjoint(T *x) const { factor_.multiply_adjoint(x); }

  private:
    Triangle<T> factor_;
};

}  // namespace lapack_ai::diagnostics
