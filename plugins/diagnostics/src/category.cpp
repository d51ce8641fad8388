// The words behind every code. Codes never change their meaning; new ones are added at the end of their
// group.
#include "category.hpp"

#include <cctype>
#include <iterator>

#include "lapack_ai/abi/enhancer.h"

namespace lapack_ai::diagnostics {
namespace {

constexpr std::uint32_t note = LAI_SEVERITY_NOTE, warning = LAI_SEVERITY_WARNING, error = LAI_SEVERITY_ERROR,
                        misuse = LAI_SEVERITY_MISUSE;
constexpr std::uint32_t verified = LAI_APPLICABILITY_VERIFIED, likely = LAI_APPLICABILITY_LIKELY,
                        placeholder = LAI_APPLICABILITY_PLACEHOLDER;

constexpr CategoryText texts[] = {
    {Category::illegal_argument,
     "LA0101",
     "ILLEGAL_ARGUMENT",
     misuse,
     "an argument breaks the contract",
     "The routine looked at its arguments before doing anything and found one that cannot be right: a "
     "negative "
     "size, a leading dimension smaller than the number of rows, an unknown option letter, too little "
     "workspace. "
     "Nothing was computed and nothing was written.",
     {{"correct the argument that is named", verified}}},
    {Category::nonfinite_input,
     "LA0102",
     "NONFINITE_INPUT",
     error,
     "NaN or Inf in the input",
     "The part of the matrix that the routine reads holds NaN or Inf. Some LAPACK routines return nonsense "
     "for such "
     "input, some report an unrelated code, and some (the SVD and the symmetric eigensolvers among them) "
     "never "
     "return. So the input is looked at first, and the call is not made where it could hang.",
     {{"find where the value comes from: 0/0, overflow, or memory that was never written", likely},
      {"replace or drop the rows and columns that hold it", placeholder}}},
    {Category::integer_overflow,
     "LA0103",
     "INTEGER_OVERFLOW",
     misuse,
     "a size does not fit 32-bit integers",
     "The routine needs a workspace of more than 2^31 - 1 elements. An LP64 LAPACK computes that length in "
     "32-bit "
     "integers: the workspace query returns a wrapped number, and the call would write past what was "
     "allocated.",
     {{"use an ILP64 LAPACK (64-bit integers)", verified},
      {"use a driver with linear workspace, as xGESVD instead of xGESDD, or xSYEVR instead of xSYEVD",
       likely}}},
    {Category::void_input,
     "LA0104",
     "VOID_INPUT",
     error,
     "the input holds no data",
     "The data matrix is zero or otherwise without content, so there is nothing to decompose.",
     {{"check how the snapshots are put into the matrix", likely}}},
    {Category::nonfinite_or_degenerate_norm,
     "LA0105",
     "NONFINITE_OR_DEGENERATE_NORM",
     error,
     "a norm that was passed in, or arose, is NaN, Inf or zero",
     "A norm is needed for scaling or for the condition number, and the one given is NaN, Inf or zero. "
     "Almost always "
     "the matrix it was computed from holds NaN or Inf.",
     {{"check the matrix for NaN and Inf", likely},
      {"compute the norm of the original matrix, not of its factors", likely}}},
    {Category::asymmetric,
     "LA0106",
     "ASYMMETRIC",
     warning,
     "the matrix is not symmetric",
     "The routine reads one triangle and takes the other for its mirror image. The two triangles given "
     "differ, so the "
     "answer belongs to another matrix than the one that was passed.",
     {{"symmetrise it, (A + A^H)/2, if the difference is rounding", likely},
      {"use the general routine (gesv, geev) if it is not", likely}}},
    {Category::invalid_structure,
     "LA0107",
     "INVALID_STRUCTURE",
     error,
     "the matrix lacks the required structure",
     "The routine works on a special form, as a quasi-triangular Schur form, and the matrix given is not of "
     "it.",
     {{"pass the matrix exactly as the preceding routine returned it", likely}}},
    {Category::data_inconsistent_warning,
     "LA0108",
     "DATA_INCONSISTENT_WARNING",
     warning,
     "the data contradict the model",
     "The data matrices do not fit together; the decomposition was computed, and should not be trusted "
     "blindly.",
     {{"check that the columns of both data matrices belong to the same times", likely}}},

    {Category::zero_row,
     "LA0201",
     "ZERO_ROW",
     error,
     "a row is zero",
     "A whole row of the matrix is exactly zero: one equation says nothing, and the matrix is singular. "
     "LAPACK "
     "reports the elimination step at which that showed, not the row; rows were exchanged on the way.",
     {{"remove the equation, or fill in its coefficients", placeholder},
      {"for a minimum-norm solution use least squares: gelsd", likely}}},
    {Category::zero_column,
     "LA0202",
     "ZERO_COLUMN",
     error,
     "a column is zero",
     "A whole column of the matrix is exactly zero: one unknown appears in no equation, and the matrix is "
     "singular.",
     {{"remove the unknown, or fill in its coefficients", placeholder},
      {"for a minimum-norm solution use least squares: gelsd", likely}}},
    {Category::singular_lu_pivot,
     "LA0203",
     "SINGULAR_LU_PIVOT",
     error,
     "the matrix is exactly singular",
     "Gaussian elimination met a pivot that is exactly zero. The factorization is complete, and dividing by "
     "that "
     "pivot is impossible, so no solution was computed. The number is the elimination step, not a row of the "
     "original matrix.",
     {{"drop or repair the dependent rows or columns", placeholder},
      {"for a minimum-norm solution use least squares: gelsd", likely}}},
    {Category::singular_triangular_diagonal,
     "LA0204",
     "SINGULAR_TRIANGULAR_DIAGONAL",
     error,
     "a diagonal entry of a triangular matrix is zero",
     "A triangular matrix is singular when one of its diagonal entries is zero; that one is exactly zero.",
     {{"check the factorization that produced the matrix", likely},
      {"for a minimum-norm solution use least squares: gelsd", likely}}},
    {Category::singular_ldlt_pivot,
     "LA0205",
     "SINGULAR_LDLT_PIVOT",
     error,
     "the symmetric matrix is exactly singular",
     "The block diagonal factor D of the symmetric factorization has an exactly zero block. The "
     "factorization is "
     "complete; solving with it is impossible.",
     {{"drop or repair the dependent rows and columns", placeholder},
      {"for a minimum-norm solution use least squares: gelsd", likely}}},
    {Category::singular_working_precision,
     "LA0206",
     "SINGULAR_WORKING_PRECISION",
     warning,
     "the matrix is singular to working precision",
     "The factorization went through, and the reciprocal condition number is below the rounding unit: a "
     "change of the "
     "matrix within rounding makes it singular. A solution was returned; none of its digits can be trusted.",
     {{"solve by least squares with a rank tolerance: gelsd with rcond", likely},
      {"use ?gesvx, which returns error bounds", likely},
      {"regularise, or drop the dependent columns", placeholder}}},
    {Category::rank_deficient,
     "LA0207",
     "RANK_DEFICIENT",
     error,
     "the matrix does not have full rank",
     "The routine assumes full rank. The triangular factor has a diagonal entry that is zero, or as small as "
     "rounding: "
     "columns are linearly dependent, and the least squares solution is not unique.",
     {{"use a rank-revealing solver: gelsy or gelsd", likely}, {"drop the dependent columns", placeholder}}},
    {Category::rank_deficient_or_not_psd,
     "LA0208",
     "RANK_DEFICIENT_OR_NOT_PSD",
     warning,
     "rank deficient, or not positive semidefinite",
     "The pivoted Cholesky factorization stopped early: the rest of the matrix is zero to the tolerance, or "
     "has a "
     "negative diagonal. RANK tells how many steps were done; the code cannot tell the two cases apart.",
     {{"look at RANK, and at the sign of the eigenvalues (syev)", likely}}},
    {Category::perturbed_to_avoid_overflow,
     "LA0209",
     "PERTURBED_TO_AVOID_OVERFLOW",
     warning,
     "a tiny pivot was replaced",
     "A pivot was so small that dividing by it would overflow, and it was replaced by a small number. The "
     "answer is "
     "that of a nearby matrix.",
     {{"scale the problem", likely}}},
    {Category::badly_scaled,
     "LA0210",
     "BADLY_SCALED",
     note,
     "badly scaled, and solved well",
     "Rows or columns differ in size by many orders of magnitude. The condition number is huge for that "
     "reason alone: "
     "after scaling the rows and columns it is small, and Gaussian elimination is not harmed. The result is "
     "good.",
     {{"no action is needed; scale units if the number disturbs", verified}}},
    {Category::close_spectra,
     "LA0211",
     "CLOSE_SPECTRA",
     warning,
     "the Sylvester equation is nearly singular",
     "The two matrices have eigenvalues that (almost) coincide, so the Sylvester equation has no unique "
     "solution. "
     "Perturbed values were used.",
     {{"check the separation of the spectra (xTGSEN, xTRSEN)", likely}}},

    {Category::not_positive_definite,
     "LA0301",
     "NOT_POSITIVE_DEFINITE",
     error,
     "the matrix is not positive definite",
     "Cholesky needs x'Ax > 0 for every x. At the order named the leading minor is not positive. The part "
     "factored "
     "so far is valid; the solution was not computed.",
     {{"solve with the symmetric indefinite routine sysv (hesv)", likely},
      {"check signs and the assembly of the diagonal", likely},
      {"add a shift to the diagonal if the matrix should be definite", placeholder}}},
    {Category::semidefinite,
     "LA0302",
     "SEMIDEFINITE",
     error,
     "positive semidefinite to working precision",
     "The pivot is not positive, and its size is that of rounding: the matrix cannot be told from a singular "
     "positive "
     "semidefinite one. It is not called indefinite.",
     {{"use the pivoted Cholesky factorization pstrf", likely},
      {"add n * eps * norm(A) to the diagonal", likely},
      {"use gelsd for a minimum-norm solution", likely}}},
    {Category::nonpositive_diagonal,
     "LA0303",
     "NONPOSITIVE_DIAGONAL",
     error,
     "a diagonal entry is not positive",
     "A positive definite matrix has a positive diagonal. The entry named is zero or negative, so scaling by "
     "its "
     "square root is impossible.",
     {{"check the assembly of the diagonal", likely}}},

    {Category::nonconv_offdiag_count,
     "LA0401",
     "NONCONV_OFFDIAG_COUNT",
     error,
     "the iteration did not converge",
     "The implicit QR iteration stopped with off-diagonal entries that had not gone to zero; the number "
     "counts them.",
     {{"check the input for NaN, Inf and extreme scales", likely},
      {"try another algorithm for the same problem", likely}}},
    {Category::nonconv_svd,
     "LA0402",
     "NONCONV_SVD",
     error,
     "the SVD did not converge",
     "The singular value decomposition inside the routine did not converge.",
     {{"choose another SVD (argument WHTSVD)", likely}, {"check the input for NaN and Inf", likely}}},
    {Category::nonconv_other,
     "LA0403",
     "NONCONV_OTHER",
     error,
     "an iteration did not converge",
     "An iteration inside the routine reached its limit.",
     {{"check the input for NaN, Inf and extreme scales", likely},
      {"try another algorithm for the same problem", likely}}},
    {Category::nonconv_qr_qz_index,
     "LA0404",
     "NONCONV_QR_QZ_INDEX",
     error,
     "not all eigenvalues converged",
     "The QR or QZ iteration failed for some eigenvalues. Those with a higher index than the one named are "
     "right.",
     {{"use the eigenvalues that are right", likely}, {"balance the matrix (gebal) and try again", likely}}},
    {Category::nonconv_vectors,
     "LA0405",
     "NONCONV_VECTORS",
     warning,
     "some vectors did not converge",
     "Inverse iteration failed for some vectors; the number counts them, and IFAIL holds their indices. "
     "Eigenvalues or "
     "singular values are right.",
     {{"use the divide-and-conquer driver", likely}}},
    {Category::nonconv_dc_submatrix,
     "LA0406",
     "NONCONV_DC_SUBMATRIX",
     error,
     "divide and conquer failed on a submatrix",
     "An eigenvalue of a submatrix was not found. The code holds its first and last row and column, packed "
     "as "
     "first*(N+1) + last.",
     {{"check the input for NaN and Inf", likely}, {"use the QR driver (syev)", likely}}},
    {Category::nonconv_dqds,
     "LA0407",
     "NONCONV_DQDS",
     error,
     "the dqds iteration failed",
     "The qd iteration for singular values of a bidiagonal matrix failed.",
     {{"check the input for NaN and Inf", likely}}},
    {Category::bisection_incomplete,
     "LA0408",
     "BISECTION_INCOMPLETE",
     error,
     "bisection did not find all eigenvalues",
     "Bisection returned with eigenvalues missing or not converged.",
     {{"ask for all eigenvalues, or a wider interval", likely}}},
    {Category::reorder_failed,
     "LA0409",
     "REORDER_FAILED",
     warning,
     "reordering the Schur form failed",
     "Two eigenvalues are too close to be exchanged without changing them by more than rounding. The form "
     "returned "
     "is valid, and only partly reordered.",
     {{"select close eigenvalues together", likely}}},
    {Category::reorder_selection_changed,
     "LA0410",
     "REORDER_SELECTION_CHANGED",
     warning,
     "rounding changed which eigenvalues are selected",
     "After reordering some eigenvalues no longer satisfy the selection, because rounding moved them across "
     "its "
     "border. Those at the front are not all selected ones.",
     {{"move the border of the selection away from eigenvalues", likely}}},

    {Category::backward_error_large,
     "LA0501",
     "BACKWARD_ERROR_LARGE",
     error,
     "the solution is wrong",
     "The residual is far larger than rounding explains. INFO is 0 and the matrix may be well conditioned: "
     "elimination "
     "let the entries grow (pivot growth), and the digits were lost in the factors.",
     {{"solve by QR (geqrf, or gels): it does not suffer from pivot growth", likely},
      {"refine the solution: one step with the same factors", likely}}},
    {Category::error_bound_not_guaranteed,
     "LA0502",
     "ERROR_BOUND_NOT_GUARANTEED",
     warning,
     "the error bound is not guaranteed",
     "Iterative refinement did not reach a guaranteed error bound for the right-hand side named. The "
     "solution may "
     "still be good.",
     {{"look at the error bounds that were returned", likely}}},
    {Category::accuracy_flag,
     "LA0503",
     "ACCURACY_FLAG",
     note,
     "high relative accuracy is not warranted",
     "The tridiagonal matrix does not determine its eigenvalues to high relative accuracy. A flag, not an "
     "error.",
     {{"none is needed", verified}}},
    {Category::lower_precision_overflow,
     "LA0504",
     "LOWER_PRECISION_OVERFLOW",
     error,
     "an entry is too large for the lower precision",
     "Converting to single precision would overflow.",
     {{"scale the matrix, or stay in the higher precision", likely}}},
    {Category::solution_overflow,
     "LA0505",
     "SOLUTION_OVERFLOW",
     error,
     "the solution overflows",
     "An entry of the solution would overflow; the system is nearly singular.",
     {{"scale A and the right-hand side", likely}}},

    {Category::subroutine_failure,
     "LA0901",
     "SUBROUTINE_FAILURE",
     error,
     "an inner routine failed",
     "A routine called inside failed in a way the driver does not interpret.",
     {{"check the input for NaN and Inf", likely}, {"try another driver for the same problem", likely}}},
    {Category::internal_error,
     "LA0902",
     "INTERNAL_ERROR",
     error,
     "an internal error of LAPACK",
     "A check inside the routine failed that input should not be able to cause. NaN in the input is the "
     "usual reason.",
     {{"check the input for NaN and Inf", likely}, {"try another driver for the same problem", likely}}},
    {Category::undocumented_value,
     "LA0903",
     "UNDOCUMENTED_VALUE",
     error,
     "INFO outside its documented range",
     "The routine returned a number that its documentation does not know. A library that is not LAPACK, or "
     "memory that "
     "was overwritten, are the usual reasons.",
     {{"compare with another backend: --backend cpu_reference", likely}}},
};

}  // namespace

const CategoryText &category_text(Category category) {
    for (const CategoryText &text : texts)
        if (text.category == category) return text;
    return texts[std::size(texts) - 1];
}

const CategoryText *find_code(std::string_view code) {
    for (const CategoryText &text : texts) {
        const std::string_view own = text.code;
        if (own.size() != code.size()) continue;
        bool same = true;
        for (std::size_t i = 0; i < own.size(); ++i)
            same = same && std::toupper(static_cast<unsigned char>(code[i])) == own[i];
        if (same) return &text;
    }
    return nullptr;
}

std::size_t category_count() {
    return std::size(texts);
}
const CategoryText &category_at(std::size_t index) {
    return texts[index];
}

}  // namespace lapack_ai::diagnostics
