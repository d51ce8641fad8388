// lapack-ai svd A [--u FILE] [--s FILE] [--vt FILE]: singular value decomposition.
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
    std::string a, u, s, vt, dtype;
    bool full = false, values_only = false;
};

ExitCode run(Session &session, const Options &options) {
    if (options.values_only && !(options.u.empty() && options.vt.empty()))
        throw Failure(ExitCode::usage, "--values-only: not together with --u or --vt");
    Operand A = read_operand("A", options.a);
    const lai_dtype dtype = dtype_of_word(options.dtype, A.matrix.dtype());
    convert_operand(A, dtype);
    Report report(session, "svd");
    report.input(A);

    const std::int64_t m = A.matrix.rows(), n = A.matrix.cols(), r = std::min(m, n);
    const lai_dtype real = is_single(dtype) ? LAI_DTYPE_F32 : LAI_DTYPE_F64;
    Matrix original = A.matrix.clone(), S(real, r, 1), U, VT;
    Call call("gesvd", dtype);
    call.dims({m, n}).operand(A.matrix).operand(S);
    if (options.values_only) {
        call.flags("NN").absent().absent();
    } else {
        U = Matrix(dtype, m, options.full ? m : r);
        VT = Matrix(dtype, options.full ? n : r, n);
        call.flags(options.full ? "AA" : "SS").operand(U).operand(VT);
    }
    const CallReport outcome = call.run(session);
    report.call(outcome);
    if (outcome.info == 0) {
        if (!options.values_only) report.residuals(svd_residuals(original, U, S, VT));
        report.vector("s", "S", S);
        report.output("S", options.s, S, true);
        report.output("U", options.u, U);
        report.output("VT", options.vt, VT);
    }
    return report.finish();
}

}  // namespace

void add_svd_command(Arguments &root, Session &session) {
    auto options = std::make_shared<Options>();
    Arguments svd = root.command("svd", "Singular value decomposition A = U S VT");
    svd.positional("A", options->a, "Matrix file (.npy, .mtx, .rua; - is standard input)");
    svd.option("--u", options->u, "Write U here (.npy or .mtx)");
    svd.option("-o,--s", options->s, "Write the singular values here");
    svd.option("--vt", options->vt, "Write VT here");
    svd.flag("--full", options->full, "All columns of U and rows of VT, not the first min(m, n)");
    svd.flag("--values-only", options->values_only, "Singular values without vectors");
    declare_dtype(svd, options->dtype);
    svd.run([&session, options] { return run(session, *options); });
}

}  // namespace lapack_ai::cli
