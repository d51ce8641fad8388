// A program that nobody changed: it knows BLAS and LAPACK alone, links Debian's libblas and liblapack, and
// overrides xerbla_. Run under preload by preload_test.py. Every dispatched routine once per element type,
// judged by residuals; argument errors must reach this program's xerbla_ with LAPACK's numbers. Prints one
// line per failure and "ok" at the end.
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

namespace {

int failures = 0;
std::string last_xerbla;
int last_xerbla_argument = 0;

void check(bool good, const std::string &what, double value = 0) {
    if (good) return;
    std::printf("FAILED %s (%g)\n", what.c_str(), value);
    ++failures;
}

template <typename T>
struct Routines;

using Complex8 = std::complex<float>;
using Complex16 = std::complex<double>;

}  // namespace

extern "C" {

void xerbla_(const char *name, const int *argument, std::size_t length) {
    last_xerbla.assign(name, length);
    last_xerbla_argument = *argument;
}

#define DECLARE(T, R, p, ev)                                                                               \
    void p##gemm_(const char *, const char *, const int *, const int *, const int *, const T *, const T *, \
                  const int *, const T *, const int *, const T *, T *, const int *);                       \
    void p##gesv_(const int *, const int *, T *, const int *, int *, T *, const int *, int *);             \
    void p##posv_(const char *, const int *, const int *, T *, const int *, T *, const int *, int *);      \
    void p##getrf_(const int *, const int *, T *, const int *, int *, int *);                              \
    void p##potrf_(const char *, const int *, T *, const int *, int *);                                    \
    void p##geqrf_(const int *, const int *, T *, const int *, T *, T *, const int *, int *);              \
    void p##gels_(const char *, const int *, const int *, const int *, T *, const int *, T *, const int *, \
                  T *, const int *, int *);

DECLARE(float, float, s, )
DECLARE(double, double, d, )
DECLARE(Complex8, float, c, )
DECLARE(Complex16, double, z, )
void sgesvd_(const char *, const char *, const int *, const int *, float *, const int *, float *, float *,
             const int *, float *, const int *, float *, const int *, int *);
void dgesvd_(const char *, const char *, const int *, const int *, double *, const int *, double *, double *,
             const int *, double *, const int *, double *, const int *, int *);
void cgesvd_(const char *, const char *, const int *, const int *, Complex8 *, const int *, float *,
             Complex8 *, const int *, Complex8 *, const int *, Complex8 *, const int *, float *, int *);
void zgesvd_(const char *, const char *, const int *, const int *, Complex16 *, const int *, double *,
             Complex16 *, const int *, Complex16 *, const int *, Complex16 *, const int *, double *, int *);
void sgesdd_(const char *, const int *, const int *, float *, const int *, float *, float *, const int *,
             float *, const int *, float *, const int *, int *, int *);
void dgesdd_(const char *, const int *, const int *, double *, const int *, double *, double *, const int *,
             double *, const int *, double *, const int *, int *, int *);
void cgesdd_(const char *, const int *, const int *, Complex8 *, const int *, float *, Complex8 *,
             const int *, Complex8 *, const int *, Complex8 *, const int *, float *, int *, int *);
void zgesdd_(const char *, const int *, const int *, Complex16 *, const int *, double *, Complex16 *,
             const int *, Complex16 *, const int *, Complex16 *, const int *, double *, int *, int *);
void ssyevd_(const char *, const char *, const int *, float *, const int *, float *, float *, const int *,
             int *, const int *, int *);
void dsyevd_(const char *, const char *, const int *, double *, const int *, double *, double *, const int *,
             int *, const int *, int *);
void cheevd_(const char *, const char *, const int *, Complex8 *, const int *, float *, Complex8 *,
             const int *, float *, const int *, int *, const int *, int *);
void zheevd_(const char *, const char *, const int *, Complex16 *, const int *, double *, Complex16 *,
             const int *, double *, const int *, int *, const int *, int *);
void ssyev_(const char *, const char *, const int *, float *, const int *, float *, float *, const int *,
            int *);
void dsyev_(const char *, const char *, const int *, double *, const int *, double *, double *, const int *,
            int *);
void cheev_(const char *, const char *, const int *, Complex8 *, const int *, float *, Complex8 *,
            const int *, float *, int *);
void zheev_(const char *, const char *, const int *, Complex16 *, const int *, double *, Complex16 *,
            const int *, double *, int *);
void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *,
                 int);
void cblas_dgemm(int, int, int, int, int, int, double, const double *, int, const double *, int, double,
                 double *, int);
void cblas_cgemm(int, int, int, int, int, int, const void *, const void *, int, const void *, int,
                 const void *, void *, int);
void cblas_zgemm(int, int, int, int, int, int, const void *, const void *, int, const void *, int,
                 const void *, void *, int);
}

namespace {

template <typename T>
using Real = decltype(std::abs(T{}));

template <typename T>
struct Matrix {
    int rows, cols;
    std::vector<T> data;
    Matrix(int r, int c)
        : rows(r), cols(c), data(static_cast<std::size_t>(r) * static_cast<std::size_t>(c)) {}
    T &operator()(int i, int j) {
        return data[static_cast<std::size_t>(j) * static_cast<std::size_t>(rows) +
                    static_cast<std::size_t>(i)];
    }
    const T &operator()(int i, int j) const {
        return data[static_cast<std::size_t>(j) * static_cast<std::size_t>(rows) +
                    static_cast<std::size_t>(i)];
    }
    T *get() { return data.data(); }
};

template <typename T>
T conjugate(T x) {
    if constexpr (std::is_floating_point_v<T>)
        return x;
    else
        return std::conj(x);
}

template <typename T>
Matrix<T> random_matrix(int m, int n, unsigned seed) {
    Matrix<T> a(m, n);
    unsigned state = seed * 2654435761u + 1;
    const auto next = [&state] {
        state = state * 1664525u + 1013904223u;
        return static_cast<Real<T>>(static_cast<int>(state >> 8) - (1 << 23)) / static_cast<Real<T>>(1 << 23);
    };
    for (T &x : a.data) {
        if constexpr (std::is_floating_point_v<T>)
            x = next();
        else
            x = T(next(), next());
    }
    return a;
}

template <typename T>
Matrix<T> product(const Matrix<T> &a, const Matrix<T> &b) {
    Matrix<T> c(a.rows, b.cols);
    for (int j = 0; j < b.cols; ++j)
        for (int k = 0; k < a.cols; ++k)
            for (int i = 0; i < a.rows; ++i) c(i, j) += a(i, k) * b(k, j);
    return c;
}

template <typename T>
Matrix<T> hermitian_definite(int n, unsigned seed) {
    Matrix<T> a = random_matrix<T>(n, n, seed), h(n, n);
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i) h(i, j) = a(i, j) + conjugate(a(j, i));
    for (int i = 0; i < n; ++i) h(i, i) = T(static_cast<Real<T>>(4 * n));
    return h;
}

template <typename T>
double distance(const Matrix<T> &a, const Matrix<T> &b) {
    double most = 0;
    for (std::size_t i = 0; i < a.data.size(); ++i)
        most = std::max(most, static_cast<double>(std::abs(a.data[i] - b.data[i])));
    return most;
}

// Differences are judged in units of eps * n * scale.
template <typename T>
void judge(const std::string &what, double difference, double n, double scale) {
    const double unit = static_cast<double>(std::numeric_limits<Real<T>>::epsilon()) * n * scale;
    check(difference <= 30 * unit, what, difference / unit);
}

#define CALL(T, name, ...)                              \
    do {                                                \
        if constexpr (std::is_same_v<T, float>)         \
            s##name(__VA_ARGS__);                       \
        else if constexpr (std::is_same_v<T, double>)   \
            d##name(__VA_ARGS__);                       \
        else if constexpr (std::is_same_v<T, Complex8>) \
            c##name(__VA_ARGS__);                       \
        else                                            \
            z##name(__VA_ARGS__);                       \
    } while (0)

template <typename T>
void products(const std::string &type) {
    const int m = 110, n = 97, k = 105;
    const Matrix<T> a = random_matrix<T>(m, k, 1), b = random_matrix<T>(k, n, 2);
    const Matrix<T> expected = product(a, b);
    Matrix<T> c(m, n);
    const T one(1), zero(0);
    Matrix<T> left = a, right = b;
    CALL(T, gemm_, "N", "N", &m, &n, &k, &one, left.get(), &m, right.get(), &k, &zero, c.get(), &m);
    judge<T>(type + "gemm", distance(c, expected), k, 2);
    Matrix<T> d(m, n);
    if constexpr (std::is_same_v<T, float>)
        cblas_sgemm(102, 111, 111, m, n, k, one, left.get(), m, right.get(), k, zero, d.get(), m);
    else if constexpr (std::is_same_v<T, double>)
        cblas_dgemm(102, 111, 111, m, n, k, one, left.get(), m, right.get(), k, zero, d.get(), m);
    else if constexpr (std::is_same_v<T, Complex8>)
        cblas_cgemm(102, 111, 111, m, n, k, &one, left.get(), m, right.get(), k, &zero, d.get(), m);
    else
        cblas_zgemm(102, 111, 111, m, n, k, &one, left.get(), m, right.get(), k, &zero, d.get(), m);
    judge<T>("cblas_" + type + "gemm", distance(d, expected), k, 2);
}

template <typename T>
void solves(const std::string &type) {
    const int n = 90, nrhs = 3;
    int info = -7;
    std::vector<int> pivots(n, -1);
    const Matrix<T> a = random_matrix<T>(n, n, 3), x = random_matrix<T>(n, nrhs, 4), b = product(a, x);
    Matrix<T> factors = a, solution = b;
    CALL(T, gesv_, &n, &nrhs, factors.get(), &n, pivots.data(), solution.get(), &n, &info);
    check(info == 0, type + "gesv info", info);
    judge<T>(type + "gesv", distance(product(a, solution), b), n, 20);
    check(std::all_of(pivots.begin(), pivots.end(), [n](int p) { return p >= 1 && p <= n; }),
          type + "gesv pivots");
    Matrix<T> again = a;
    std::vector<int> other(n, -1);
    CALL(T, getrf_, &n, &n, again.get(), &n, other.data(), &info);
    check(info == 0 && other == pivots, type + "getrf pivots");
    judge<T>(type + "getrf", distance(again, factors), n, 20);
    Matrix<T> singular = a;
    for (int i = 0; i < n; ++i) singular(i, 6) = T(0);
    CALL(T, gesv_, &n, &nrhs, singular.get(), &n, pivots.data(), solution.get(), &n, &info);
    check(info == 7, type + "gesv of a zero column", info);

    const Matrix<T> h = hermitian_definite<T>(n, 5), hb = product(h, x);
    Matrix<T> cholesky = h, y = hb;
    CALL(T, posv_, "L", &n, &nrhs, cholesky.get(), &n, y.get(), &n, &info);
    check(info == 0, type + "posv info", info);
    judge<T>(type + "posv", distance(y, x), n, 20);
    Matrix<T> indefinite = h;
    indefinite(10, 10) = T(-1);
    CALL(T, potrf_, "U", &n, indefinite.get(), &n, &info);
    check(info == 11, type + "potrf of an indefinite matrix", info);
}

template <typename T>
void orthogonal(const std::string &type) {
    const int m = 120, n = 80, nrhs = 2, lwork = 20000;
    int info = -7;
    const Matrix<T> a = random_matrix<T>(m, n, 6);
    Matrix<T> qr = a;
    std::vector<T> tau(n), work(lwork);
    CALL(T, geqrf_, &m, &n, qr.get(), &m, tau.data(), work.data(), &lwork, &info);
    check(info == 0, type + "geqrf info", info);
    // The Gram matrix of R is that of A.
    double most = 0;
    for (int j = 0; j < n; ++j)
        for (int i = 0; i <= j; ++i) {
            T from_a(0), from_r(0);
            for (int k = 0; k < m; ++k) from_a += conjugate(a(k, i)) * a(k, j);
            for (int k = 0; k <= i; ++k) from_r += conjugate(qr(k, i)) * qr(k, j);
            most = std::max(most, static_cast<double>(std::abs(from_a - from_r)));
        }
    judge<T>(type + "geqrf", most, m, 4);
    const Matrix<T> x = random_matrix<T>(n, nrhs, 7), b = product(a, x);
    Matrix<T> solution = b, copy = a;
    CALL(T, gels_, "N", &m, &n, &nrhs, copy.get(), &m, solution.get(), &m, work.data(), &lwork, &info);
    most = 0;
    for (int j = 0; j < nrhs; ++j)
        for (int i = 0; i < n; ++i)
            most = std::max(most, static_cast<double>(std::abs(solution(i, j) - x(i, j))));
    check(info == 0, type + "gels info", info);
    judge<T>(type + "gels", most, m, 20);
}

template <typename T>
void svd_residual(const std::string &what, const Matrix<T> &a, const std::vector<Real<T>> &s,
                  const Matrix<T> &u, const Matrix<T> &vt) {
    Matrix<T> us(a.rows, static_cast<int>(s.size())), v(static_cast<int>(s.size()), a.cols);
    for (int j = 0; j < us.cols; ++j)
        for (int i = 0; i < us.rows; ++i) us(i, j) = u(i, j) * T(s[static_cast<std::size_t>(j)]);
    for (int j = 0; j < v.cols; ++j)
        for (int i = 0; i < v.rows; ++i) v(i, j) = vt(i, j);
    judge<T>(what, distance(product(us, v), a), a.rows, 10);
    check(std::is_sorted(s.rbegin(), s.rend()), what + " order");
}

template <typename T>
void decompositions(const std::string &type) {
    const int m = 100, n = 70, lwork = 60000, liwork = 1000, lrwork = 60000;
    int info = -7;
    const Matrix<T> a = random_matrix<T>(m, n, 8);
    std::vector<T> work(lwork);
    std::vector<Real<T>> s(n), rwork(lrwork);
    std::vector<int> iwork(liwork);
    for (const char *job : {"A", "S"}) {
        Matrix<T> copy = a, u(m, m), vt(n, n);
        if constexpr (std::is_floating_point_v<T>)
            CALL(T, gesvd_, job, job, &m, &n, copy.get(), &m, s.data(), u.get(), &m, vt.get(), &n,
                 work.data(), &lwork, &info);
        else
            CALL(T, gesvd_, job, job, &m, &n, copy.get(), &m, s.data(), u.get(), &m, vt.get(), &n,
                 work.data(), &lwork, rwork.data(), &info);
        check(info == 0, type + "gesvd info", info);
        svd_residual<T>(type + "gesvd " + job, a, s, u, vt);
    }
    for (const char *job : {"A", "S", "O"}) {
        Matrix<T> copy = a, u(m, m), vt(n, n);
        if constexpr (std::is_floating_point_v<T>)
            CALL(T, gesdd_, job, &m, &n, copy.get(), &m, s.data(), u.get(), &m, vt.get(), &n, work.data(),
                 &lwork, iwork.data(), &info);
        else
            CALL(T, gesdd_, job, &m, &n, copy.get(), &m, s.data(), u.get(), &m, vt.get(), &n, work.data(),
                 &lwork, rwork.data(), iwork.data(), &info);
        check(info == 0, type + "gesdd info", info);
        svd_residual<T>(type + "gesdd " + job, a, s, *job == 'O' ? copy : u, vt);
    }
    const Matrix<T> h = hermitian_definite<T>(n, 9);
    std::vector<Real<T>> w(n), w_again(n);
    Matrix<T> v = h, values_only = h;
    if constexpr (std::is_floating_point_v<T>)
        CALL(T, syevd_, "V", "L", &n, v.get(), &n, w.data(), work.data(), &lwork, iwork.data(), &liwork,
             &info);
    else
        CALL(T, heevd_, "V", "L", &n, v.get(), &n, w.data(), work.data(), &lwork, rwork.data(), &lrwork,
             iwork.data(), &liwork, &info);
    check(info == 0, type + "syevd info", info);
    Matrix<T> hv = product(h, v), vw = v;
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < n; ++i) vw(i, j) *= T(w[static_cast<std::size_t>(j)]);
    judge<T>(type + "syevd", distance(hv, vw), n, 4 * n);
    if constexpr (std::is_floating_point_v<T>)
        CALL(T, syev_, "N", "U", &n, values_only.get(), &n, w_again.data(), work.data(), &lwork, &info);
    else
        CALL(T, heev_, "N", "U", &n, values_only.get(), &n, w_again.data(), work.data(), &lwork, rwork.data(),
             &info);
    double most = 0;
    for (std::size_t i = 0; i < w.size(); ++i)
        most = std::max(most, static_cast<double>(std::abs(w[i] - w_again[i])));
    check(info == 0, type + "syev info", info);
    judge<T>(type + "syev", most, n, 4 * n);
}

template <typename T>
void all(const std::string &type) {
    products<T>(type);
    solves<T>(type);
    orthogonal<T>(type);
    decompositions<T>(type);
}

// Wrong arguments and workspace queries are the program's own LAPACK's to answer.
void argument_errors() {
    const int n = 100, small = 10, minus = -1;
    int info = 0;
    Matrix<double> a = random_matrix<double>(n, n, 1), b = a, c = a;
    const Matrix<double> kept = c;
    std::vector<int> pivots(n);
    const double one = 1;
    dgesv_(&n, &n, a.get(), &small, pivots.data(), b.get(), &n, &info);
    check(info == -4 && last_xerbla.rfind("DGESV", 0) == 0 && last_xerbla_argument == 4, "dgesv lda", info);
    dgemm_("N", "X", &n, &n, &n, &one, a.get(), &n, b.get(), &n, &one, c.get(), &n);
    check(last_xerbla.rfind("DGEMM", 0) == 0 && last_xerbla_argument == 2, "dgemm transb",
          last_xerbla_argument);
    check(distance(c, kept) == 0, "dgemm with a wrong argument wrote to C");
    double query = 0;
    std::vector<double> s(n);
    dgesvd_("A", "A", &n, &n, a.get(), &n, s.data(), b.get(), &n, c.get(), &n, &query, &minus, &info);
    check(info == 0 && query >= 5 * n, "dgesvd query", query);
}

}  // namespace

int main() {
    all<float>("s");
    all<double>("d");
    all<Complex8>("c");
    all<Complex16>("z");
    argument_errors();
    if (failures == 0) std::puts("ok");
    return failures == 0 ? 0 : 1;
}
