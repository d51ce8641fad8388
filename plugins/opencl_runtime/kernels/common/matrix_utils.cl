// The element types of one build and the few operations every kernel needs on them.
//
// The launcher defines REAL (float or double) and COMPLEX (0 or 1); `scalar` is then a matrix element as
// LAPACK stores it (a complex one is the pair re, im), and CHUNK the number of elements in 16 bytes.
#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

typedef REAL real;
#if COMPLEX
typedef JOIN(REAL, 2) scalar;
#else
typedef REAL scalar;
#endif

#define CHUNK (16 / (int)sizeof(scalar))
typedef uint4 chunk_bits;

#if COMPLEX
static inline scalar zero(void) { return (scalar)((real)0, (real)0); }
static inline scalar conjugate(scalar x) { return (scalar)(x.x, -x.y); }
static inline int is_zero(scalar x) { return x.x == (real)0 && x.y == (real)0; }
static inline scalar multiply(scalar a, scalar b) {
    return (scalar)(fma(-a.y, b.y, a.x * b.x), fma(a.y, b.x, a.x * b.y));
}
static inline scalar multiply_add(scalar a, scalar b, scalar c) {
    return (scalar)(fma(-a.y, b.y, fma(a.x, b.x, c.x)), fma(a.y, b.x, fma(a.x, b.y, c.y)));
}
#else
static inline scalar zero(void) { return (real)0; }
static inline scalar conjugate(scalar x) { return x; }
static inline int is_zero(scalar x) { return x == (real)0; }
static inline scalar multiply(scalar a, scalar b) { return a * b; }
static inline scalar multiply_add(scalar a, scalar b, scalar c) { return fma(a, b, c); }
#endif

// alpha * sum + beta * old, where beta = 0 means that old is not read (it may be NaN).
static inline scalar scaled_update(scalar alpha, scalar sum, scalar beta, __global const scalar *old) {
    const scalar value = multiply(alpha, sum);
    return is_zero(beta) ? value : multiply_add(beta, *old, value);
}
