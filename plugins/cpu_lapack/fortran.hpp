// The Fortran entry points this plugin links, declared once for s, d, c and z: Fortran<T>::gemm is sgemm_,
// dgemm_, cgemm_ or zgemm_. Character arguments carry their hidden lengths at the end, as gfortran passes
// them. lapack.hpp gives these C++ signatures.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>

namespace lapack_ai::cpu {

using Int = std::int32_t;  // LAPACK's INTEGER in the archives that are linked
using Length = std::size_t;

template <typename T>
struct Fortran;

// Same argument list for real and complex T. x: letter; T: type; R: its real type.
#define CPU_LAPACK_DECLARE_COMMON(x, T, R)                                                                  \
    void x##gemm_(const char *, const char *, const Int *, const Int *, const Int *, const T *, const T *,  \
                  const Int *, const T *, const Int *, const T *, T *, const Int *, Length, Length);        \
    void x##getrf_(const Int *, const Int *, T *, const Int *, Int *, Int *);                               \
    void x##getrs_(const char *, const Int *, const Int *, const T *, const Int *, const Int *, T *,        \
                   const Int *, Int *, Length);                                                             \
    void x##getri_(const Int *, T *, const Int *, const Int *, T *, const Int *, Int *);                    \
    void x##potrf_(const char *, const Int *, T *, const Int *, Int *, Length);                             \
    void x##potrs_(const char *, const Int *, const Int *, const T *, const Int *, T *, const Int *, Int *, \
                   Length);                                                                                 \
    void x##geqrf_(const Int *, const Int *, T *, const Int *, T *, T *, const Int *, Int *);               \
    void x##gelqf_(const Int *, const Int *, T *, const Int *, T *, T *, const Int *, Int *);               \
    void x##gels_(const char *, const Int *, const Int *, const Int *, T *, const Int *, T *, const Int *,  \
                  T *, const Int *, Int *, Length);

#define CPU_LAPACK_DECLARE_REAL(x, T)                                                                       \
    CPU_LAPACK_DECLARE_COMMON(x, T, T)                                                                      \
    void x##orgqr_(const Int *, const Int *, const Int *, T *, const Int *, const T *, T *, const Int *,    \
                   Int *);                                                                                  \
    void x##gesdd_(const char *, const Int *, const Int *, T *, const Int *, T *, T *, const Int *, T *,    \
                   const Int *, T *, const Int *, Int *, Int *, Length);                                    \
    void x##gesvd_(const char *, const char *, const Int *, const Int *, T *, const Int *, T *, T *,        \
                   const Int *, T *, const Int *, T *, const Int *, Int *, Length, Length);                 \
    void x##gelsd_(const Int *, const Int *, const Int *, T *, const Int *, T *, const Int *, T *,          \
                   const T *, Int *, T *, const Int *, Int *, Int *);                                       \
    void x##syevd_(const char *, const char *, const Int *, T *, const Int *, T *, T *, const Int *, Int *, \
                   const Int *, Int *, Length, Length);                                                     \
    void x##syev_(const char *, const char *, const Int *, T *, const Int *, T *, T *, const Int *, Int *,  \
                  Length, Length);                                                                          \
    void x##geev_(const char *, const char *, const Int *, T *, const Int *, T *, T *, T *, const Int *,    \
                  T *, const Int *, T *, const Int *, Int *, Length, Length);                               \
    void x##gecon_(const char *, const Int *, const T *, const Int *, const T *, T *, T *, Int *, Int *,    \
                   Length);                                                                                 \
    void x##pocon_(const char *, const Int *, const T *, const Int *, const T *, T *, T *, Int *, Int *,    \
                   Length);                                                                                 \
    void x##trcon_(const char *, const char *, const char *, const Int *, const T *, const Int *, T *, T *, \
                   Int *, Int *, Length, Length, Length);

#define CPU_LAPACK_DECLARE_COMPLEX(x, T, R)                                                                 \
    CPU_LAPACK_DECLARE_COMMON(x, T, R)                                                                      \
    void x##ungqr_(const Int *, const Int *, const Int *, T *, const Int *, const T *, T *, const Int *,    \
                   Int *);                                                                                  \
    void x##gesdd_(const char *, const Int *, const Int *, T *, const Int *, R *, T *, const Int *, T *,    \
                   const Int *, T *, const Int *, R *, Int *, Int *, Length);                               \
    void x##gesvd_(const char *, const char *, const Int *, const Int *, T *, const Int *, R *, T *,        \
                   const Int *, T *, const Int *, T *, const Int *, R *, Int *, Length, Length);            \
    void x##gelsd_(const Int *, const Int *, const Int *, T *, const Int *, T *, const Int *, R *,          \
                   const R *, Int *, T *, const Int *, R *, Int *, Int *);                                  \
    void x##heevd_(const char *, const char *, const Int *, T *, const Int *, R *, T *, const Int *, R *,   \
                   const Int *, Int *, const Int *, Int *, Length, Length);                                 \
    void x##heev_(const char *, const char *, const Int *, T *, const Int *, R *, T *, const Int *, R *,    \
                  Int *, Length, Length);                                                                   \
    void x##geev_(const char *, const char *, const Int *, T *, const Int *, T *, T *, const Int *, T *,    \
                  const Int *, T *, const Int *, R *, Int *, Length, Length);                               \
    void x##gecon_(const char *, const Int *, const T *, const Int *, const R *, R *, T *, R *, Int *,      \
                   Length);                                                                                 \
    void x##pocon_(const char *, const Int *, const T *, const Int *, const R *, R *, T *, R *, Int *,      \
                   Length);                                                                                 \
    void x##trcon_(const char *, const char *, const char *, const Int *, const T *, const Int *, R *, T *, \
                   R *, Int *, Length, Length, Length);

extern "C" {
CPU_LAPACK_DECLARE_REAL(s, float)
CPU_LAPACK_DECLARE_REAL(d, double)
CPU_LAPACK_DECLARE_COMPLEX(c, std::complex<float>, float)
CPU_LAPACK_DECLARE_COMPLEX(z, std::complex<double>, double)
}

// org, sy: the prefixes that complex routines spell "ung" and "he".
#define CPU_LAPACK_TABLE(x, T, org, sy)            \
    template <>                                    \
    struct Fortran<T> {                            \
        static constexpr auto gemm = x##gemm_;     \
        static constexpr auto getrf = x##getrf_;   \
        static constexpr auto getrs = x##getrs_;   \
        static constexpr auto getri = x##getri_;   \
        static constexpr auto potrf = x##potrf_;   \
        static constexpr auto potrs = x##potrs_;   \
        static constexpr auto geqrf = x##geqrf_;   \
        static constexpr auto gelqf = x##gelqf_;   \
        static constexpr auto orgqr = x##org##qr_; \
        static constexpr auto gels = x##gels_;     \
        static constexpr auto gelsd = x##gelsd_;   \
        static constexpr auto gesdd = x##gesdd_;   \
        static constexpr auto gesvd = x##gesvd_;   \
        static constexpr auto syevd = x##sy##evd_; \
        static constexpr auto syev = x##sy##ev_;   \
        static constexpr auto geev = x##geev_;     \
        static constexpr auto gecon = x##gecon_;   \
        static constexpr auto pocon = x##pocon_;   \
        static constexpr auto trcon = x##trcon_;   \
    }

CPU_LAPACK_TABLE(s, float, org, sy);
CPU_LAPACK_TABLE(d, double, org, sy);
CPU_LAPACK_TABLE(c, std::complex<float>, ung, he);
CPU_LAPACK_TABLE(z, std::complex<double>, ung, he);

#undef CPU_LAPACK_TABLE
#undef CPU_LAPACK_DECLARE_COMPLEX
#undef CPU_LAPACK_DECLARE_REAL
#undef CPU_LAPACK_DECLARE_COMMON

}  // namespace lapack_ai::cpu
