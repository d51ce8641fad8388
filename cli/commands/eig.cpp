// lapack-ai eig A [-o W] [--vectors V]: eigenvalues and right eigenvectors. A matrix that equals its
// conjugate transpose goes to syev (heev), any other to geev.
#include <algorithm>
#include <memory>

#include "call.hpp"
#include "commands.hpp"
#include "eigenvectors.hpp"
#include "exit_code.hpp"
#include "operands.hpp"
#include "report.hpp"
#include "residual.hpp"

namespace lapack_ai::cli {

namespace {

struct Options {
    std::string a, w, v, dtype;
    bool values_only = false;
};

bool all_real(const Matrix &W) {
    return with_type(W.dtype(), [&](auto zero) {
        const auto *const w = W.as<decltype(zero)>();
        return std::all_of(w, w + W.rows(), [](auto value) { return std::imag(value) == 0; });
    });
}

ExitCode run(Session &session, const Options &options) {
    if (options.values_only && !options.v.empty())
        throw Failure(ExitCode::usage, "--values-only: not together with --vectors");
    Operand A = read_operand("A", options.a);
    const lai_dtype dtype = dtype_of_word(options.dtype, A.matrix.dtype());
    convert_operand(A, dtype);
    const bool hermitian = is_hermitian(A.matrix);
    require_square(hermitian ? "syev" : "geev", A);
    Report report(session, "eig");
    report.input(A);

    const std::int64_t n = A.matrix.rows();
    const lai_dtype real = is_single(dtype) ? LAI_DTYPE_F32 : LAI_DTYPE_F64;
    const lai_dtype complex = is_single(dtype) ? LAI_DTYPE_C32 : LAI_DTYPE_C64;
    Matrix work = A.matrix.clone(), W(hermitian ? real : complex, n, 1), V;
    Call call(hermitian ? "syev" : "geev", dtype);
    call.dims({n}).operand(work).operand(W);
    if (hermitian) {
        call.flags(options.values_only ? "NL" : "VL");
    } else if (options.values_only) {
        call.flags("NN").absent().absent();
    } else {
        V = Matrix(dtype, n, n);
        call.flags("NV").absent().operand(V);
    }
    const CallReport outcome = call.run(session);
    report.call(outcome);
    if (outcome.info == 0) {
        if (hermitian) {
            V = std::move(work);
        } else if (all_real(W)) {
            if (!is_complex(dtype)) W = convert(W, real);
        } else if (!is_complex(dtype) && !options.values_only) {
            V = unpack_eigenvectors(V, W);
        }
        if (!options.values_only) report.residuals(eigen_residuals(A.matrix, V, W, hermitian));
        report.vector("w", "W", W);
        report.output("W", options.w, W, true);
        report.output("V", options.v, V);
    }
    return report.finish();
}

}  // namespace

void add_eig_command(Arguments &root, Session &session) {
    auto options = std::make_shared<Options>();
    Arguments eig = root.command("eig", "Eigenvalues and right eigenvectors A V = V diag(W)");
    eig.positional("A", options->a, "Square matrix file");
    eig.option("-o,--output", options->w, "Write the eigenvalues here (.npy or .mtx)");
    eig.option("--vectors", options->v, "Write the eigenvectors here, one a column");
    eig.flag("--values-only", options->values_only, "Eigenvalues without vectors");
    declare_dtype(eig, options->dtype);
    eig.run([&session, options] { return run(session, *options); });
}

}  // namespace lapack_ai::cli
