// lapack-ai solve A B [-o X]: a square linear system, by LU or, with --spd, by Cholesky.
#include <memory>
#include <vector>

#include "call.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "io/input_error.hpp"
#include "operands.hpp"
#include "report.hpp"
#include "residual.hpp"

namespace lapack_ai::cli {

namespace {

struct Options {
    std::string a, b, x, dtype, trans = "N";
    bool spd = false;
};

ExitCode run(Session &session, const Options &options) {
    const std::string op = options.spd ? "posv" : "gesv";
    if (options.spd && options.trans != "N")
        throw Failure(ExitCode::usage, "--trans: not together with --spd");
    Operand A = read_operand("A", options.a), B = read_operand("B", options.b);
    require_square(op, A);
    require_dimension(op, B, "rows", B.matrix.rows(), A.matrix.rows(), A);
    const lai_dtype dtype = dtype_of_word(options.dtype, common_dtype(A.matrix.dtype(), B.matrix.dtype()));
    convert_operand(A, dtype);
    convert_operand(B, dtype);
    if (options.spd && !is_hermitian(A.matrix))
        throw InputError(op + ": A (" + A.file + ") is not symmetric (Hermitian): --spd needs one that is");
    Report report(session, "solve");
    report.input(A);
    report.input(B);

    const std::int64_t n = A.matrix.rows(), nrhs = B.matrix.cols();
    Matrix LU = A.matrix.clone(), X = B.matrix.clone();
    std::vector<std::int64_t> ipiv(static_cast<std::size_t>(n));
    Call call(op, dtype);
    call.dims({n, nrhs}).flags(options.spd ? "L" : options.trans).operand(LU);
    if (!options.spd) call.operand(ipiv);
    call.operand(X);
    const CallReport outcome = call.run(session);
    report.call(outcome);
    if (outcome.info == 0) {
        report.residuals(solve_residuals(A.matrix, options.trans[0], X, B.matrix));
        report.vector("x", "X", X);
        report.output("X", options.x, X);
    }
    return report.finish();
}

}  // namespace

void add_solve_command(Arguments &root, Session &session) {
    auto options = std::make_shared<Options>();
    Arguments solve = root.command("solve", "Solve the square system A X = B");
    solve.positional("A", options->a, "Matrix file");
    solve.positional("B", options->b, "Right-hand sides, one a column");
    solve.option("-o,--output", options->x, "Write X here (.npy or .mtx)");
    solve.choice("--trans", options->trans, {"N", "T", "C"},
                 "Solve with A, its transpose (T) or conjugate transpose (C)");
    solve.flag("--spd", options->spd, "A is symmetric (Hermitian) positive definite: use Cholesky");
    declare_dtype(solve, options->dtype);
    solve.run([&session, options] { return run(session, *options); });
}

}  // namespace lapack_ai::cli
