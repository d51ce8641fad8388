// potrf, potrs, posv: Cholesky.
#include <cmath>

#include "judges.hpp"

namespace lapack_ai::conformance::judges {

namespace {

void fill_spd(Problem &p, std::size_t a) {
    Random random(p.recipe().seed);
    const bool singular = p.recipe().content == Content::singular;
    const std::int64_t chosen = p.items() > 0 ? random.below(p.items()) : 0;
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        auto A = p.view<T>(a, b);
        put(A, positive_definite<T>(A.rows, random));
        for (std::size_t o = a + 1; o < p.operand_count(); ++o) randomise(p.view<T>(o, b), random);
        if (!singular || A.rows == 0 || b != chosen) return;
        const std::int64_t c = random.below(A.rows);
        A(c, c) = T(-1);  // the leading minors before it stay positive definite
        p.expected_info = c + 1;
        p.expected_item = b;
    });
}

// A from its factor: U^H U or L L^H.
template <typename W>
Matrix<W> recompose(const Matrix<W> &F, char uplo) {
    const Matrix<W> R = triangle(F, uplo, false);
    return uplo == 'U' ? multiply(op('C', R), R) : multiply(R, op('C', R));
}

template <typename T>
void judge_factor(Problem &p, std::int64_t b, std::size_t a, char uplo, double limit, Verdict &verdict) {
    const Matrix<T> before = p.before<T>(a, b), now = p.now<T>(a, b);
    for (std::int64_t j = 0; j < now.cols(); ++j)
        for (std::int64_t i = 0; i < now.rows(); ++i)
            if (uplo == 'U' ? i > j : i < j)
                verdict.require(now(i, j) == before(i, j), "the other triangle must not be written");
    // With INFO = k the first k - 1 columns hold the factor of the leading minor.
    const bool failed = p.expected_info != 0 && b == p.expected_item;
    const std::int64_t n = failed ? p.expected_info - 1 : now.rows();
    const auto A = hermitian(block(before.wide(), n, n), uplo);
    verdict.within(scaled<T>(subtract(recompose(block(now.wide(), n, n), uplo), A), n, norm(A)), limit,
                   failed ? "||U^H U - A|| / (eps k ||A||) of the leading minor before the failing one"
                          : "||U^H U - A|| / (eps n ||A||)");
}

void fill_potrf(Problem &p) {
    fill_spd(p, LAI_POTRF_A);
}

void judge_potrf(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        judge_factor<T>(p, b, LAI_POTRF_A, p.flag(LAI_POTRF_UPLO), limit_of(claim, p.dim(0)), verdict);
    });
}

void fill_posv(Problem &p) {
    fill_spd(p, LAI_POSV_A);
}

void judge_posv(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    const char uplo = p.flag(LAI_POSV_UPLO);
    const double limit = limit_of(claim, p.dim(0));
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        judge_factor<T>(p, b, LAI_POSV_A, uplo, limit, verdict);
        if (p.expected_info != 0 && b == p.expected_item) return;
        judge_solution<T>(hermitian(p.before<T>(LAI_POSV_A, b).wide(), uplo), p.now<T>(LAI_POSV_B, b).wide(),
                          p.before<T>(LAI_POSV_B, b).wide(), limit, verdict);
    });
}

void fill_potrs(Problem &p) {
    Random random(p.recipe().seed);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        auto A = p.view<T>(LAI_POTRS_A, b);
        put(A, dominant<T>(A.rows, random));
        for (std::int64_t i = 0; i < A.rows; ++i) A(i, i) = T(std::abs(A(i, i)));
        randomise(p.view<T>(LAI_POTRS_B, b), random);
    });
}

void judge_potrs(Problem &p, const lai_result &result, const Claim &claim, Verdict &verdict) {
    judge_info(p, result, verdict);
    each_item(p, [&]<typename T>(sdk::Type<T>, std::int64_t b) {
        judge_solution<T>(recompose(p.before<T>(LAI_POTRS_A, b).wide(), p.flag(LAI_POTRS_UPLO)),
                          p.now<T>(LAI_POTRS_B, b).wide(), p.before<T>(LAI_POTRS_B, b).wide(),
                          limit_of(claim, p.dim(0)), verdict);
    });
}

}  // namespace

std::span<const OpKnowledge> cholesky_family() {
    static constexpr OpKnowledge known[] = {{LAI_OP_POTRF, fill_potrf, judge_potrf, true},
                                            {LAI_OP_POSV, fill_posv, judge_posv, true},
                                            {LAI_OP_POTRS, fill_potrs, judge_potrs, false}};
    return known;
}

}  // namespace lapack_ai::conformance::judges
