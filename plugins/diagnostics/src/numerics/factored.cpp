// Column-oriented throughout: axpy down a column, or dot with a column.
#include "numerics/factored.hpp"

#include <utility>

namespace lapack_ai::diagnostics {

template <class T>
T Triangle<T>::pivot(index_t j) const {
    const T d = A(j, j);
    return size_of(d) < tiny ? T(tiny) : d;
}

template <class T>
void Triangle<T>::solve(T *x) const {
    const index_t n = A.n;
    if (part == Part::lower) {
        for (index_t j = 0; j < n; ++j) {
            if (!unit) x[j] /= pivot(j);
            axpy(n - j - 1, -x[j], A.column(j) + j + 1, x + j + 1);
        }
    } else {
        for (index_t j = n - 1; j >= 0; --j) {
            if (!unit) x[j] /= pivot(j);
            axpy(j, -x[j], A.column(j), x);
        }
    }
}

template <class T>
void Triangle<T>::solve_adjoint(T *x) const {
    const index_t n = A.n;
    if (part == Part::lower) {
        for (index_t j = n - 1; j >= 0; --j) {
            x[j] -= dot<true>(n - j - 1, A.column(j) + j + 1, x + j + 1);
            if (!unit) x[j] /= conjugate(pivot(j));
        }
    } else {
        for (index_t j = 0; j < n; ++j) {
            x[j] -= dot<true>(j, A.column(j), x);
            if (!unit) x[j] /= conjugate(pivot(j));
        }
    }
}

template <class T>
void Triangle<T>::solve(T *x, T *y) const {
    const index_t n = A.n;
    const auto divide = [&](index_t j) {
        if (unit) return;
        const T d = pivot(j);
        x[j] /= d;
        y[j] /= d;
    };
    if (part == Part::lower) {
        for (index_t j = 0; j < n; ++j) {
            divide(j);
            axpy(n - j - 1, -x[j], -y[j], A.column(j) + j + 1, x + j + 1, y + j + 1);
        }
    } else {
        for (index_t j = n - 1; j >= 0; --j) {
            divide(j);
            axpy(j, -x[j], -y[j], A.column(j), x, y);
        }
    }
}

template <class T>
void Triangle<T>::solve_adjoint(T *x, T *y) const {
    const index_t n = A.n;
    const auto finish = [&](index_t j, const std::pair<T, T> &sums) {
        x[j] -= sums.first;
        y[j] -= sums.second;
        if (unit) return;
        const T d = conjugate(pivot(j));
        x[j] /= d;
        y[j] /= d;
    };
    if (part == Part::lower) {
        for (index_t j = n - 1; j >= 0; --j)
            finish(j, dot<true>(n - j - 1, A.column(j) + j + 1, x + j + 1, y + j + 1));
    } else {
        for (index_t j = 0; j < n; ++j) finish(j, dot<true>(j, A.column(j), x, y));
    }
}

template <class T>
void Triangle<T>::multiply(T *x) const {
    const index_t n = A.n;
    if (part == Part::lower) {
        for (index_t j = n - 1; j >= 0; --j) {
            axpy(n - j - 1, x[j], A.column(j) + j + 1, x + j + 1);
            if (!unit) x[j] = times(A(j, j), x[j]);
        }
    } else {
        for (index_t j = 0; j < n; ++j) {
            axpy(j, x[j], A.column(j), x);
            if (!unit) x[j] = times(A(j, j), x[j]);
        }
    }
}

template <class T>
void Triangle<T>::multiply_adjoint(T *x) const {
    const index_t n = A.n;
    if (part == Part::lower) {
        for (index_t j = 0; j < n; ++j) {
            const T own = unit ? x[j] : times(conjugate(A(j, j)), x[j]);
            x[j] = own + dot<true>(n - j - 1, A.column(j) + j + 1, x + j + 1);
        }
    } else {
        for (index_t j = n - 1; j >= 0; --j) {
            const T own = unit ? x[j] : times(conjugate(A(j, j)), x[j]);
            x[j] = own + dot<true>(j, A.column(j), x);
        }
    }
}

template <class T>
void LuFactors<T>::solve(T *x) const {
    for (index_t i = 0; i < n(); ++i) std::swap(x[i], x[ipiv_[i] - 1]);
    lower_.solve(x);
    upper_.solve(x);
}

template <class T>
void LuFactors<T>::solve_adjoint(T *x) const {
    upper_.solve_adjoint(x);
    lower_.solve_adjoint(x);
    for (index_t i = n() - 1; i >= 0; --i) std::swap(x[i], x[ipiv_[i] - 1]);
}

template <class T>
void LuFactors<T>::solve(T *x, T *y) const {
    for (index_t i = 0; i < n(); ++i) {
        std::swap(x[i], x[ipiv_[i] - 1]);
        std::swap(y[i], y[ipiv_[i] - 1]);
    }
    lower_.solve(x, y);
    upper_.solve(x, y);
}

template <class T>
void LuFactors<T>::solve_adjoint(T *x, T *y) const {
    upper_.solve_adjoint(x, y);
    lower_.solve_adjoint(x, y);
    for (index_t i = n() - 1; i >= 0; --i) {
        std::swap(x[i], x[ipiv_[i] - 1]);
        std::swap(y[i], y[ipiv_[i] - 1]);
    }
}

template <class T>
void LuFactors<T>::multiply(T *x) const {
    upper_.multiply(x);
    lower_.multiply(x);
    for (index_t i = n() - 1; i >= 0; --i) std::swap(x[i], x[ipiv_[i] - 1]);
}

template <class T>
void LuFactors<T>::multiply_adjoint(T *x) const {
    for (index_t i = 0; i < n(); ++i) std::swap(x[i], x[ipiv_[i] - 1]);
    lower_.multiply_adjoint(x);
    upper_.multiply_adjoint(x);
}

template <class T>
void CholeskyFactor<T>::solve(T *x) const {
    if (factor_.part == Part::lower) {
        factor_.solve(x);
        factor_.solve_adjoint(x);
    } else {
        factor_.solve_adjoint(x);
        factor_.solve(x);
    }
}

template <class T>
void CholeskyFactor<T>::solve(T *x, T *y) const {
    if (factor_.part == Part::lower) {
        factor_.solve(x, y);
        factor_.solve_adjoint(x, y);
    } else {
        factor_.solve_adjoint(x, y);
        factor_.solve(x, y);
    }
}

template <class T>
void CholeskyFactor<T>::multiply(T *x) const {
    if (factor_.part == Part::lower) {
        factor_.multiply_adjoint(x);
        factor_.multiply(x);
    } else {
        factor_.multiply(x);
        factor_.multiply_adjoint(x);
    }
}

#define LAI_INSTANTIATE(T)            \
    template struct Triangle<T>;      \
    template class LuFactors<T>;      \
    template class CholeskyFactor<T>; \
    template class TriangularFactor<T>;
LAI_INSTANTIATE(float)
LAI_INSTANTIATE(double)
LAI_INSTANTIATE(std::complex<float>)
LAI_INSTANTIATE(std::complex<double>)
#undef LAI_INSTANTIATE

}  // namespace lapack_ai::diagnostics
