// lapack-ai gemm A B [-o C]: C = alpha op(A) op(B) + beta C0.
#include <memory>
#include <utility>

#include "call.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "operands.hpp"
#include "report.hpp"
#include "residual.hpp"

namespace lapack_ai::cli {

namespace {

struct Options {
    std::string a, b, c0, c, dtype, scheme, trans_a = "N", trans_b = "N";
    double alpha = 1, beta = 0;
};

ExitCode run(Session &session, const Options &options) {
    if (!options.scheme.empty())
        session.set("plugins.alpha_gemm.scheme", "'" + options.scheme + "'", "--scheme");
    if (options.beta != 0 && options.c0.empty()) throw Failure(ExitCode::usage, "--beta: needs --add FILE");
    Operand A = read_operand("A", options.a), B = read_operand("B", options.b), C0{"C", options.c0, {}};
    const bool a_plain = options.trans_a == "N", b_plain = options.trans_b == "N";
    const std::int64_t m = a_plain ? A.matrix.rows() : A.matrix.cols(),
                       k = a_plain ? A.matrix.cols() : A.matrix.rows();
    const std::int64_t kb = b_plain ? B.matrix.rows() : B.matrix.cols(),
                       n = b_plain ? B.matrix.cols() : B.matrix.rows();
    require_dimension("gemm", B, b_plain ? "rows" : "columns", kb, k, A);
    lai_dtype dtype = common_dtype(A.matrix.dtype(), B.matrix.dtype());
    if (!options.c0.empty()) {
        C0 = read_operand("C", options.c0);
        require_dimension("gemm", C0, "rows", C0.matrix.rows(), m, A);
        require_dimension("gemm", C0, "columns", C0.matrix.cols(), n, B);
        dtype = common_dtype(dtype, C0.matrix.dtype());
    }
    dtype = dtype_of_word(options.dtype, dtype);
    Report report(session, "gemm");
    for (Operand *operand : {&A, &B, &C0}) {
        if (operand->file.empty()) continue;
        convert_operand(*operand, dtype);
        report.input(*operand);
    }

    // Without --beta a named C0 is added as it is.
    const lai_scalar alpha{options.alpha, 0};
    const lai_scalar beta{options.beta == 0 && !options.c0.empty() ? 1 : options.beta, 0};
    Matrix C = options.c0.empty() ? Matrix(dtype, m, n) : C0.matrix.clone();
    Call call("gemm", dtype);
    call.dims({m, n, k}).flags(options.trans_a + options.trans_b).scalars({alpha, beta});
    call.operand(std::as_const(A.matrix)).operand(std::as_const(B.matrix)).operand(C);
    const CallReport outcome = call.run(session);
    report.call(outcome);
    report.residuals(gemm_residuals(A.matrix, options.trans_a[0], B.matrix, options.trans_b[0], alpha, beta,
                                    C0.matrix, C));
    report.number("norm_c", "|C|", frobenius(C));
    report.output("C", options.c, C);
    return report.finish();
}

}  // namespace

void add_gemm_command(Arguments &root, Session &session) {
    auto options = std::make_shared<Options>();
    Arguments gemm = root.command("gemm", "Matrix product C = alpha op(A) op(B) + beta C0");
    gemm.positional("A", options->a, "Matrix file");
    gemm.positional("B", options->b, "Matrix file");
    gemm.option("-o,--output", options->c, "Write C here (.npy or .mtx)");
    gemm.option("--add", options->c0, "File of C0");
    gemm.option("--alpha", options->alpha, "Factor of the product (default 1)");
    gemm.option("--beta", options->beta, "Factor of C0 (default 1 with --add)");
    gemm.choice("--trans-a", options->trans_a, {"N", "T", "C"}, "op(A): A, transpose or conjugate transpose");
    gemm.choice("--trans-b", options->trans_b, {"N", "T", "C"}, "op(B) likewise");
    gemm.option("--scheme", options->scheme, "Scheme of alpha_gemm: 4x4x4:48, 3x3x6:40*2x2x2:7, auto");
    declare_dtype(gemm, options->dtype);
    gemm.run([&session, options] { return run(session, *options); });
}

}  // namespace lapack_ai::cli
