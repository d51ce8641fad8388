// lapack-ai lstsq A B [-o X]: minimum-norm least squares by SVD, for any shape and rank.
#include <algorithm>
#include <memory>

#include "call.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "operands.hpp"
#include "report.hpp"
#include "residual.hpp"

namespace lapack_ai::cli {

namespace {

struct Options {
    std::string a, b, x, dtype;
    double rcond = -1;
};

// Rows of A that both have, into a matrix of `rows` rows.
Matrix with_rows(const Matrix &A, std::int64_t rows) {
    Matrix B(A.dtype(), rows, A.cols());
    const auto bytes = static_cast<std::int64_t>(element_bytes(A.dtype()));
    for (std::int64_t j = 0; j < A.cols(); ++j)
        std::copy_n(A.data() + j * A.rows() * bytes, std::min(rows, A.rows()) * bytes,
                    B.data() + j * rows * bytes);
    return B;
}

ExitCode run(Session &session, const Options &options) {
    Operand A = read_operand("A", options.a), B = read_operand("B", options.b);
    require_dimension("gelsd", B, "rows", B.matrix.rows(), A.matrix.rows(), A);
    const lai_dtype dtype = dtype_of_word(options.dtype, common_dtype(A.matrix.dtype(), B.matrix.dtype()));
    convert_operand(A, dtype);
    convert_operand(B, dtype);
    Report report(session, "lstsq");
    report.input(A);
    report.input(B);

    const std::int64_t m = A.matrix.rows(), n = A.matrix.cols(), nrhs = B.matrix.cols();
    Matrix work = A.matrix.clone(), BX = with_rows(B.matrix, std::max(m, n));
    Matrix S(is_single(dtype) ? LAI_DTYPE_F32 : LAI_DTYPE_F64, std::min(m, n), 1);
    Call call("gelsd", dtype);
    call.dims({m, n, nrhs}).scalars({{options.rcond, 0}}).operand(work).operand(BX).operand(S);
    const CallReport outcome = call.run(session);
    report.call(outcome);
    if (outcome.info == 0) {
        const Matrix X = with_rows(BX, n);
        report.residuals(least_squares_residuals(A.matrix, X, B.matrix));
        if (outcome.rank >= 0) report.number("rank", "rank", static_cast<double>(outcome.rank));
        report.vector("s", "S", S);
        report.vector("x", "X", X);
        report.output("X", options.x, X);
    }
    return report.finish();
}

}  // namespace

void add_lstsq_command(Arguments &root, Session &session) {
    auto options = std::make_shared<Options>();
    Arguments lstsq = root.command("lstsq", "Least squares: the smallest X that minimises |B - A X|");
    lstsq.positional("A", options->a, "Matrix file, of any shape and rank");
    lstsq.positional("B", options->b, "Right-hand sides, one a column");
    lstsq.option("-o,--output", options->x, "Write X here (.npy or .mtx)");
    lstsq.option("--rcond", options->rcond,
                 "Singular values below rcond times the largest count as zero (default: machine precision)");
    declare_dtype(lstsq, options->dtype);
    lstsq.run([&session, options] { return run(session, *options); });
}

}  // namespace lapack_ai::cli
