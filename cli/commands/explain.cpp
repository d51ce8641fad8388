// lapack-ai explain OP SHAPE: what the dispatcher would do with a call, without data and without running it.
// lapack-ai explain LA0201: the text behind a diagnosis. lapack-ai explain dgesv --info 5: what an INFO value
// means.
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>

#include "call.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "io/number.hpp"
#include "operands.hpp"

namespace lapack_ai::cli {

namespace {

constexpr std::int64_t no_info = INT64_MIN;

struct Options {
    std::string op, shape, flags, dtype = "d";
    std::int64_t batch = 0, info = no_info;
};

// "LA0201"
bool is_code(const std::string &word) {
    return word.size() == 6 && (word[0] == 'L' || word[0] == 'l') && (word[1] == 'A' || word[1] == 'a') &&
           word.find_first_not_of("0123456789", 2) == std::string::npos;
}

// Prints a text, in JSON as {"text": ...}; an empty one is a usage error.
ExitCode print_text(const Session &session, const std::string &subject, const std::string &text) {
    if (text.empty())
        throw Failure(ExitCode::usage,
                      subject + ": nothing is known about it, or the diagnostics plugin is off");
    if (session.json()) {
        std::printf("%s\n", nlohmann::json{{"subject", subject}, {"text", text}}.dump(2).c_str());
    } else {
        std::printf("%s", text.c_str());
    }
    return ExitCode::ok;
}

ExitCode explain_code(Session &session, const std::string &code) {
    lai_context *context = session.context();
    return print_text(session, code, text_of([&](char *buffer, std::size_t capacity) {
                          return lai_explain_code(context, code.c_str(), buffer, capacity);
                      }));
}

// The commands of this program as names for ops, beside LAPACK's own.
std::string op_of(const std::string &word) {
    static const std::map<std::string, std::string> names{
        {"svd", "gesvd"}, {"solve", "gesv"},     {"lstsq", "gelsd"}, {"eig", "geev"},
        {"eigh", "syev"}, {"cholesky", "potrf"}, {"lu", "getrf"},    {"qr", "geqrf"}};
    const auto at = names.find(word);
    return at == names.end() ? word : at->second;
}

// "2000x500" to sizes.
std::vector<std::int64_t> parse_shape(const std::string &shape) {
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
    return dims;
}

// The dims of an op. Those left out repeat the last, except right-hand sides, which are one.
std::vector<std::int64_t> dims_of(const std::string &shape, const lai_op_schema &schema) {
    std::vector<std::int64_t> dims = parse_shape(shape);
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

// The sizes, when given, are the routine's integer arguments in its order: dgesv 4x1x3 says N, NRHS, LDA.
ExitCode explain_info(Session &session, const Options &options) {
    std::vector<std::int64_t> sizes;
    if (!options.shape.empty()) sizes = parse_shape(options.shape);
    lai_context *context = session.context();
    const std::string subject = options.op + " INFO = " + std::to_string(options.info);
    return print_text(session, subject, text_of([&](char *buffer, std::size_t capacity) {
                          return lai_explain_info(context, options.op.c_str(), options.info, sizes.data(),
                                                  static_cast<std::uint32_t>(sizes.size()), buffer, capacity);
                      }));
}

ExitCode run(Session &session, const Options &options) {
    if (is_code(options.op)) return explain_code(session, options.op);
    if (options.info != no_info) return explain_info(session, options);
    session.context();  // loads plugins, which may bring operations of their own
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
    explain.positional(
        "OP", options->op,
        "svd, solve, lstsq, eig, eigh, gemm, lu, qr, cholesky, an op's own name, or a code (LA0201)");
    explain.positional("SHAPE", options->shape, "Sizes in LAPACK's order, such as 2000x500", false);
    explain.option("--info", options->info, "Explain this INFO of the LAPACK routine OP (dgesv) instead");
    explain.option("--flags", options->flags, "Letters of the op's flags, such as SS for jobu and jobvt");
    explain.choice("--dtype", options->dtype, {"s", "d", "c", "z"}, "Element type: s, d, c or z (default d)");
    explain.option("--batch", options->batch, "Items of a batch");
    explain.run([&session, options] { return run(session, *options); });
}

}  // namespace lapack_ai::cli
