// lapack-ai explain OP SHAPE: what the dispatcher would do with a call, without data and without running it.
#include <cstdio>
#include <map>
#include <memory>
#include <string_view>

#include "call.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "io/number.hpp"
#include "operands.hpp"

namespace lapack_ai::cli {

namespace {

struct Options {
    std::string op, shape, flags, dtype = "d";
    std::int64_t batch = 0;
};

// The commands of this program as names for ops, beside LAPACK's own.
std::string op_of(const std::string &word) {
    static const std::map<std::string, std::string> names{
        {"svd", "gesvd"}, {"solve", "gesv"},     {"lstsq", "gelsd"}, {"eig", "geev"},
        {"eigh", "syev"}, {"cholesky", "potrf"}, {"lu", "getrf"},    {"qr", "geqrf"}};
    const auto at = names.find(word);
    return at == names.end() ? word : at->second;
}

// "2000x500" to dims. Those left out repeat the last, except right-hand sides, which are one.
std::vector<std::int64_t> dims_of(const std::string &shape, const lai_op_schema &schema) {
    std::vector<std::int64_t> dims;
    for (std::size_t begin = 0; begin <= shape.size();) {
        const std::size_t end = std::min(shape.find('x', begin), shape.size());
        const auto value = parse_integer(std::string_view(shape).substr(begin, end - begin));
        if (!value || *value < 0)
            throw Failure(ExitCode::usage,
                          "shape '" + shape + "': must be sizes >= 0 with x between, such as 2000x500");
        dims.push_back(*value);
        begin = end + 1;
    }
    if (dims.size() > schema.dim_count) {
        throw Failure(ExitCode::usage, "shape '" + shape + "': " + std::to_string(dims.size()) + " sizes, " +
                                           schema.id + " has " + std::to_string(schema.dim_count));
    }
    while (dims.size() < schema.dim_count) {
        const auto *dim = reinterpret_cast<const lai_dim_schema *>(
            reinterpret_cast<const char *>(schema.dims) + dims.size() * schema.dim_stride);
        dims.push_back(std::string_view(dim->name) == "nrhs" ? 1 : dims.back());
    }
    return dims;
}

ExitCode run(Session &session, const Options &options) {
    Call call(op_of(options.op), dtype_of_word(options.dtype, LAI_DTYPE_F64));
    call.dims(dims_of(options.shape, call.schema())).flags(options.flags);
    if (options.batch > 0) call.batch(options.batch);
    const std::string text = call.explain(session, session.json() ? LAI_FORMAT_JSON : LAI_FORMAT_TEXT);
    std::printf("%s%s", text.c_str(), text.ends_with('\n') ? "" : "\n");
    return ExitCode::ok;
}

}  // namespace

void add_explain_command(Arguments &root, Session &session) {
    auto options = std::make_shared<Options>();
    Arguments explain = root.command("explain", "Which backend a call would go to and why; needs no data");
    explain.positional("OP", options->op,
                       "svd, solve, lstsq, eig, eigh, gemm, lu, qr, cholesky, or an op's own name");
    explain.positional("SHAPE", options->shape, "Sizes in LAPACK's order, such as 2000x500");
    explain.option("--flags", options->flags, "Letters of the op's flags, such as SS for jobu and jobvt");
    explain.choice("--dtype", options->dtype, {"s", "d", "c", "z"}, "Element type: s, d, c or z (default d)");
    explain.option("--batch", options->batch, "Items of a batch");
    explain.run([&session, options] { return run(session, *options); });
}

}  // namespace lapack_ai::cli
