// The LAPACK-level functions: LAPACK's routines on the caller's storage. None throws; each returns what the C
// function of that name returns (lapack_ai.h says what it overwrites). Dimensions come from the views and are
// checked against each other: LAI_ERROR_BAD_INPUT with lai_last_error() naming matrix, shape and requirement.
//
// The layout of the call is that of the matrix that is worked on in place (A, or C for gemm). Matrices in the
// other layout, and those with both strides > 1, go through a copy; gemm takes either layout of A and B as it
// stands. Vectors are contiguous ranges with data() and size().
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "lapack_ai/cxx/staging.hpp"
#include "lapack_ai/cxx/types.hpp"

namespace lapack_ai {

namespace detail {

constexpr std::uint32_t number(Layout layout) noexcept {
    return static_cast<std::uint32_t>(layout);
}

// An input of gemm as it can be passed in `layout`: storage of the other layout is the transposed matrix.
template <typename T>
struct gemm_input {
    staged<const T> storage;
    Trans trans;
};

template <typename T>
gemm_input<T> make_gemm_input(const matrix_view<const T> &view, Trans trans, Layout layout) {
    if (!view.stands_in(layout) && view.transposed().stands_in(layout) && trans != Trans::conj_transpose)
        return {staged<const T>(view.transposed(), layout),
                trans == Trans::none ? Trans::transpose : Trans::none};
    return {staged<const T>(view, layout), trans};
}

template <typename T>
matrix_view<const T> constant(const matrix_view<T> &view) noexcept {
    return view;
}

template <typename V>
concept vector_of_pivots = requires(V &v) {
    { v.data() } -> std::convertible_to<const std::int64_t *>;
    v.size();
};

}  // namespace detail

// Mixed into Context: Derived::get() is the C handle.
template <typename Derived>
class routines {
  public:
    // C := alpha op(A) op(B) + beta C. Copies nothing unless strides are general or A or B is in the other
    // layout and conj_transpose is asked of it.
    template <MatrixLike MA, MatrixLike MB, typename MC>
    requires MatrixLike<std::remove_reference_t<MC>> std::int64_t gemm(Trans trans_a, Trans trans_b,
                                                                       element_of<MA> alpha, const MA &ma,
                                                                       const MB &mb, element_of<MA> beta,
                                                                       MC &&mc, const options &wanted = {})
    const noexcept {
        using T = element_of<MA>;
        const auto a = view_of(ma);
        const auto b = view_of(mb);
        const auto c = view_of(mc);
        const bool plain_a = trans_a == Trans::none, plain_b = trans_b == Trans::none;
        const std::int64_t m = c.rows(), n = c.cols(), k = plain_a ? a.cols() : a.rows();
        if ((plain_a ? a.rows() : a.cols()) != m) [[unlikely]]
            return detail::shape_error("gemm", "A", a.rows(), a.cols(), plain_a ? m : k, plain_a ? k : m);
        if ((plain_b ? b.rows() : b.cols()) != k || (plain_b ? b.cols() : b.rows()) != n) [[unlikely]]
            return detail::shape_error("gemm", "B", b.rows(), b.cols(), plain_b ? k : n, plain_b ? n : k);
        const Layout col = Layout::col_major;
        const detail::c_options raw(wanted);
        if (a.stands_in(col) && b.stands_in(col) && c.stands_in(col)) [[likely]]
            return lai_gemm(handle(), raw.get(), LAI_LAYOUT_COL, dtype_of<T>, letter(trans_a),
                            letter(trans_b), m, n, k, detail::scalar(alpha), a.data(), a.ld(col), b.data(),
                            b.ld(col), detail::scalar(beta), c.data(), c.ld(col));
        return detail::guarded([&] {
            const Layout layout = c.layout();
            const auto in_a = detail::make_gemm_input<T>(a, trans_a, layout);
            const auto in_b = detail::make_gemm_input<T>(b, trans_b, layout);
            const detail::staged out(c, layout);
            const std::int64_t info = lai_gemm(
                handle(), raw.get(), detail::number(layout), dtype_of<T>, letter(in_a.trans),
                letter(in_b.trans), m, n, k, detail::scalar(alpha), in_a.storage.data(), in_a.storage.ld(),
                in_b.storage.data(), in_b.storage.ld(), detail::scalar(beta), out.data(), out.ld());
            if (info == 0) out.commit();
            return info;
        });
    }

    // Strided batch, column-major and tight: item i of X at x + i * stride_x; one shape for all.
    template <Element T>
    std::int64_t gemm_batch(Trans trans_a, Trans trans_b, std::int64_t m, std::int64_t n, std::int64_t k,
                            T alpha, const T *a, std::int64_t lda, std::int64_t stride_a, const T *b,
                            std::int64_t ldb, std::int64_t stride_b, T beta, T *c, std::int64_t ldc,
                            std::int64_t stride_c, std::int64_t batch, Layout layout = Layout::col_major,
                            const options &wanted = {}) const noexcept {
        const detail::c_options raw(wanted);
        return lai_gemm_batch_strided(handle(), raw.get(), detail::number(layout), dtype_of<T>,
                                      letter(trans_a), letter(trans_b), m, n, k, detail::scalar(alpha), a,
                                      lda, stride_a, b, ldb, stride_b, detail::scalar(beta), c, ldc, stride_c,
                                      batch);
    }

    // A = U S VT; A is destroyed. U and VT are not looked at when their job is none or overwrite.
    template <MatrixLike MA, typename VS, MatrixLike MU, MatrixLike MVT>
    std::int64_t gesvd(JobSvd jobu, JobSvd jobvt, MA &ma, VS &s, MU &mu, MVT &mvt,
                       const options &wanted = {}) const noexcept {
        using T = element_of<MA>;
        const auto a = view_of(ma);
        const auto u = view_of(mu);
        const auto vt = view_of(mvt);
        const std::int64_t m = a.rows(), n = a.cols(), k = std::min(m, n);
        const auto present = [](JobSvd job) { return job == JobSvd::all || job == JobSvd::thin; };
        if (auto e = detail::expect_length("gesvd", "S", s.size(), k)) return e;
        if (present(jobu))
            if (auto e = detail::expect_shape("gesvd", "U", u, m, jobu == JobSvd::all ? m : k)) return e;
        if (present(jobvt))
            if (auto e = detail::expect_shape("gesvd", "VT", vt, jobvt == JobSvd::all ? n : k, n)) return e;
        return detail::guarded([&] {
            const Layout layout = a.layout();
            const detail::staged A(a, layout), U(u, layout), VT(vt, layout);
            const std::int64_t info = lai_gesvd(
                handle(), detail::c_options(wanted).get(), detail::number(layout), dtype_of<T>, letter(jobu),
                letter(jobvt), m, n, A.data(), A.ld(), s.data(), U.data(), U.ld(), VT.data(), VT.ld());
            if (info >= 0) detail::commit(A, U, VT);
            return info;
        });
    }

    // op(A) X = B; A becomes its LU factors (of A**T when A is row-major), B becomes X.
    template <MatrixLike MA, detail::vector_of_pivots VP, MatrixLike MB>
    std::int64_t gesv(MA &ma, VP &ipiv, MB &mb, Trans trans = Trans::none,
                      const options &wanted = {}) const noexcept {
        const std::int64_t n = view_of(ma).rows();
        if (auto e = detail::expect_length("gesv", "ipiv", ipiv.size(), n)) return e;
        return solve_in_place(
            "gesv", ma, mb, [&](auto layout, auto dtype, std::int64_t nrhs, auto &A, auto &B) {
                return lai_gesv(handle(), detail::c_options(wanted).get(), layout, dtype, letter(trans), n,
                                nrhs, A.data(), A.ld(), ipiv.data(), B.data(), B.ld());
            });
    }

    // A X = B, A positive definite; A becomes its Cholesky factor, B becomes X.
    template <MatrixLike MA, MatrixLike MB>
    std::int64_t posv(Uplo uplo, MA &ma, MB &mb, const options &wanted = {}) const noexcept {
        const std::int64_t n = view_of(ma).rows();
        return solve_in_place("posv", ma, mb,
                              [&](auto layout, auto dtype, std::int64_t nrhs, auto &A, auto &B) {
                                  return lai_posv(handle(), detail::c_options(wanted).get(), layout, dtype,
                                                  letter(uplo), n, nrhs, A.data(), A.ld(), B.data(), B.ld());
                              });
    }

    // op(A) X = B from getrf's factors of the same layout.
    template <MatrixLike MA, detail::vector_of_pivots VP, MatrixLike MB>
    std::int64_t getrs(Trans trans, const MA &ma, const VP &ipiv, MB &mb,
                       const options &wanted = {}) const noexcept {
        const std::int64_t n = view_of(ma).rows();
        if (auto e = detail::expect_length("getrs", "ipiv", ipiv.size(), n)) return e;
        return solve_in_place(
            "getrs", ma, mb, [&](auto layout, auto dtype, std::int64_t nrhs, auto &A, auto &B) {
                return lai_getrs(handle(), detail::c_options(wanted).get(), layout, dtype, letter(trans), n,
                                 nrhs, A.data(), A.ld(), ipiv.data(), B.data(), B.ld());
            });
    }

    // A X = B from potrf's factor of the same layout.
    template <MatrixLike MA, MatrixLike MB>
    std::int64_t potrs(Uplo uplo, const MA &ma, MB &mb, const options &wanted = {}) const noexcept {
        const std::int64_t n = view_of(ma).rows();
        return solve_in_place("potrs", ma, mb,
                              [&](auto layout, auto dtype, std::int64_t nrhs, auto &A, auto &B) {
                                  return lai_potrs(handle(), detail::c_options(wanted).get(), layout, dtype,
                                                   letter(uplo), n, nrhs, A.data(), A.ld(), B.data(), B.ld());
                              });
    }

    // Least squares or minimum norm, full rank; B has max(m, n) rows.
    template <MatrixLike MA, MatrixLike MB>
    std::int64_t gels(Trans trans, MA &ma, MB &mb, const options &wanted = {}) const noexcept {
        const auto a = view_of(ma);
        const auto b = view_of(mb);
        if (auto e = detail::expect_shape("gels", "B", b, std::max(a.rows(), a.cols()), b.cols())) return e;
        return detail::guarded([&] {
            const Layout layout = a.layout();
            const detail::staged A(a, layout), B(b, layout);
            const std::int64_t info = lai_gels(
                handle(), detail::c_options(wanted).get(), detail::number(layout), dtype_of<element_of<MA>>,
                letter(trans), a.rows(), a.cols(), b.cols(), A.data(), A.ld(), B.data(), B.ld());
            if (info >= 0) detail::commit(A, B);
            return info;
        });
    }

    // Minimum norm least squares by SVD; B has max(m, n) rows; A is destroyed.
    template <MatrixLike MA, MatrixLike MB, typename VS>
    std::int64_t gelsd(MA &ma, MB &mb, VS &s, double rcond, std::int64_t &rank,
                       const options &wanted = {}) const noexcept {
        const auto a = view_of(ma);
        const auto b = view_of(mb);
        if (auto e = detail::expect_shape("gelsd", "B", b, std::max(a.rows(), a.cols()), b.cols())) return e;
        if (auto e = detail::expect_length("gelsd", "S", s.size(), std::min(a.rows(), a.cols()))) return e;
        return detail::guarded([&] {
            const Layout layout = a.layout();
            const detail::staged A(a, layout), B(b, layout);
            const std::int64_t info = lai_gelsd(
                handle(), detail::c_options(wanted).get(), detail::number(layout), dtype_of<element_of<MA>>,
                a.rows(), a.cols(), b.cols(), A.data(), A.ld(), B.data(), B.ld(), s.data(), rcond, &rank);
            if (info >= 0) detail::commit(A, B);
            return info;
        });
    }

    // Eigenvalues, and for vectors the eigenvectors in A, of a symmetric or Hermitian matrix.
    template <MatrixLike MA, typename VW>
    std::int64_t syev(JobVectors jobz, Uplo uplo, MA &ma, VW &w, const options &wanted = {}) const noexcept {
        if (auto e = detail::expect_length("syev", "W", w.size(), view_of(ma).rows())) return e;
        return square_in_place("syev", ma, [&](auto layout, auto dtype, std::int64_t n, auto &A) {
            return lai_syev(handle(), detail::c_options(wanted).get(), layout, dtype, letter(jobz),
                            letter(uplo), n, A.data(), A.ld(), w.data());
        });
    }

    // Eigenvalues (complex) and eigenvectors in LAPACK's packing; A is destroyed.
    template <MatrixLike MA, typename VW, MatrixLike ML, MatrixLike MR>
    std::int64_t geev(JobVectors jobvl, JobVectors jobvr, MA &ma, VW &w, ML &ml, MR &mr,
                      const options &wanted = {}) const noexcept {
        const auto l = view_of(ml);
        const auto r = view_of(mr);
        const std::int64_t order = view_of(ma).rows();
        if (auto e = detail::expect_length("geev", "W", w.size(), order)) return e;
        if (jobvl == JobVectors::vectors)
            if (auto e = detail::expect_shape("geev", "VL", l, order, order)) return e;
        if (jobvr == JobVectors::vectors)
            if (auto e = detail::expect_shape("geev", "VR", r, order, order)) return e;
        return square_in_place("geev", ma, [&](auto layout, auto dtype, std::int64_t n, auto &A) {
            const detail::staged L(l, static_cast<Layout>(layout)), R(r, static_cast<Layout>(layout));
            const std::int64_t info =
                lai_geev(handle(), detail::c_options(wanted).get(), layout, dtype, letter(jobvl),
                         letter(jobvr), n, A.data(), A.ld(), w.data(), L.data(), L.ld(), R.data(), R.ld());
            if (info >= 0) detail::commit(L, R);
            return info;
        });
    }

    // P A = L U.
    template <MatrixLike MA, detail::vector_of_pivots VP>
    std::int64_t getrf(MA &ma, VP &ipiv, const options &wanted = {}) const noexcept {
        const auto a = view_of(ma);
        if (auto e = detail::expect_length("getrf", "ipiv", ipiv.size(), std::min(a.rows(), a.cols())))
            return e;
        return in_place(ma, [&](auto layout, auto dtype, auto &A) {
            return lai_getrf(handle(), detail::c_options(wanted).get(), layout, dtype, a.rows(), a.cols(),
                             A.data(), A.ld(), ipiv.data());
        });
    }

    // Inverse from getrf's factors of the same layout.
    template <MatrixLike MA, detail::vector_of_pivots VP>
    std::int64_t getri(MA &ma, const VP &ipiv, const options &wanted = {}) const noexcept {
        if (auto e = detail::expect_length("getri", "ipiv", ipiv.size(), view_of(ma).rows())) return e;
        return square_in_place("getri", ma, [&](auto layout, auto dtype, std::int64_t n, auto &A) {
            return lai_getri(handle(), detail::c_options(wanted).get(), layout, dtype, n, A.data(), A.ld(),
                             ipiv.data());
        });
    }

    // Cholesky factor in the triangle `uplo`; the other one is not touched.
    template <MatrixLike MA>
    std::int64_t potrf(Uplo uplo, MA &ma, const options &wanted = {}) const noexcept {
        return square_in_place("potrf", ma, [&](auto layout, auto dtype, std::int64_t n, auto &A) {
            return lai_potrf(handle(), detail::c_options(wanted).get(), layout, dtype, letter(uplo), n,
                             A.data(), A.ld());
        });
    }

    // A = Q R.
    template <MatrixLike MA, typename VT>
    std::int64_t geqrf(MA &ma, VT &tau, const options &wanted = {}) const noexcept {
        const auto a = view_of(ma);
        if (auto e = detail::expect_length("geqrf", "tau", tau.size(), std::min(a.rows(), a.cols())))
            return e;
        return in_place(ma, [&](auto layout, auto dtype, auto &A) {
            return lai_geqrf(handle(), detail::c_options(wanted).get(), layout, dtype, a.rows(), a.cols(),
                             A.data(), A.ld(), tau.data());
        });
    }

    // The first columns of Q from geqrf's factors of the same layout: as many as A has, from k = tau.size().
    template <MatrixLike MA, typename VT>
    std::int64_t orgqr(MA &ma, const VT &tau, const options &wanted = {}) const noexcept {
        const auto a = view_of(ma);
        return in_place(ma, [&](auto layout, auto dtype, auto &A) {
            return lai_orgqr(handle(), detail::c_options(wanted).get(), layout, dtype, a.rows(), a.cols(),
                             static_cast<std::int64_t>(tau.size()), A.data(), A.ld(), tau.data());
        });
    }

    // Reciprocal condition numbers, into `rcond`.
    template <MatrixLike MA>
    std::int64_t gecon(Norm norm, const MA &ma, double anorm, real_of<element_of<MA>> &rcond,
                       const options &wanted = {}) const noexcept {
        return square_in_place("gecon", ma, [&](auto layout, auto dtype, std::int64_t n, auto &A) {
            return lai_gecon(handle(), detail::c_options(wanted).get(), layout, dtype, letter(norm), n,
                             A.data(), A.ld(), anorm, &rcond);
        });
    }
    template <MatrixLike MA>
    std::int64_t pocon(Uplo uplo, const MA &ma, double anorm, real_of<element_of<MA>> &rcond,
                       const options &wanted = {}) const noexcept {
        return square_in_place("pocon", ma, [&](auto layout, auto dtype, std::int64_t n, auto &A) {
            return lai_pocon(handle(), detail::c_options(wanted).get(), layout, dtype, letter(uplo), n,
                             A.data(), A.ld(), anorm, &rcond);
        });
    }
    template <MatrixLike MA>
    std::int64_t trcon(Norm norm, Uplo uplo, Diag diag, const MA &ma, real_of<element_of<MA>> &rcond,
                       const options &wanted = {}) const noexcept {
        return square_in_place("trcon", ma, [&](auto layout, auto dtype, std::int64_t n, auto &A) {
            return lai_trcon(handle(), detail::c_options(wanted).get(), layout, dtype, letter(norm),
                             letter(uplo), letter(diag), n, A.data(), A.ld(), &rcond);
        });
    }

  protected:
    lai_context *handle() const noexcept { return static_cast<const Derived *>(this)->get(); }
    // For results that may make a call of their own later.
    std::shared_ptr<lai_context> share() const noexcept {
        return static_cast<const Derived *>(this)->share();
    }

  private:
    // Work on one matrix in its own layout; written back from a copy unless it is constant.
    template <typename MA, typename Work>
    std::int64_t in_place(MA &ma, Work work) const noexcept {
        const auto a = view_of(ma);
        return detail::guarded([&] {
            const Layout layout = a.layout();
            const detail::staged A(a, layout);
            const std::int64_t info = work(detail::number(layout), dtype_of<element_of<MA>>, A);
            if constexpr (!std::is_const_v<typename decltype(a)::element_type>)
                if (info >= 0) A.commit();
            return info;
        });
    }

    template <typename MA, typename Work>
    std::int64_t square_in_place(const char *op, MA &ma, Work work) const noexcept {
        const auto a = view_of(ma);
        if (auto e = detail::expect_shape(op, "A", a, a.rows(), a.rows())) return e;
        return in_place(ma,
                        [&](auto layout, auto dtype, auto &A) { return work(layout, dtype, a.rows(), A); });
    }

    template <typename MA, typename MB, typename Work>
    std::int64_t solve_in_place(const char *op, MA &ma, MB &mb, Work work) const noexcept {
        const auto a = view_of(ma);
        const auto b = view_of(mb);
        if (auto e = detail::expect_shape(op, "A", a, a.rows(), a.rows())) return e;
        if (auto e = detail::expect_shape(op, "B", b, a.rows(), b.cols())) return e;
        return square_in_place(op, ma, [&](auto layout, auto dtype, std::int64_t, auto &A) {
            const detail::staged B(b, static_cast<Layout>(layout));
            const std::int64_t info = work(layout, dtype, b.cols(), A, B);
            if (info >= 0) B.commit();
            return info;
        });
    }
};

}  // namespace lapack_ai
