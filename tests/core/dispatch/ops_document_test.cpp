// docs/ops.md is the built-in schemas written out. This test compares the two; run with
// LAPACK_AI_UPDATE_DOCS=1 it writes the file instead.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "dispatch/op_table.hpp"

namespace lapack_ai::core {
namespace {

std::string code(const char *text) {
    return '`' + std::string(text) + '`';
}

// A condition in the table: always, never, or the expression; a bar would end the cell.
std::string condition(const char *text) {
    if (text == nullptr) return "no";
    if (std::string(text) == "1") return "yes";
    std::string escaped;
    for (const char *c = text; *c != '\0'; ++c)
        escaped += *c == '|' ? std::string("\\|") : std::string(1, *c);
    return "if " + code(escaped.c_str());
}

std::string element(std::uint32_t kind) {
    static constexpr const char *names[] = {"T", "real T", "complex T", "int64", "int32"};
    return names[kind];
}

std::string section(const Op &op) {
    const lai_op_schema &schema = *op.schema;
    std::string text = "## " + op.short_name + "\n\n" + schema.title + " (" + code(schema.id) +
                       ", LAPACK's " + code(schema.lapack) + ").\n\n- arguments: " + code(schema.arguments) +
                       "\n- dims: ";
    for (std::uint32_t i = 0; i < schema.dim_count; ++i)
        text += (i > 0 ? ", " : "") + code(schema.dims[i].name);
    for (std::uint32_t i = 0; i < schema.flag_count; ++i) {
        const lai_flag_schema &flag = schema.flags[i];
        text += (i > 0 ? "; " : "\n- flags: ") + code(flag.name) + " in " + code(flag.letters) +
                ", initially " + code(std::string(1, static_cast<char>(flag.initial)).c_str());
    }
    for (std::uint32_t i = 0; i < schema.scalar_count; ++i)
        text += (i > 0 ? ", " : "\n- scalars: ") + code(schema.scalars[i].name) +
                (schema.scalars[i].real_only != 0 ? " (real)" : "");
    text += "\n- real operations for real T: " + code(schema.flops);
    if (schema.require != nullptr) text += "\n- requires " + code(schema.require);
    if (schema.hangs_on_nonfinite != nullptr)
        text += "\n- Inf and NaN in the input are refused: the algorithms may not end on them";
    text += schema.row_major == LAI_ROW_MAJOR_MAPPED
                ? "\n- row-major: mapped (lapack_ai.h says what is copied)"
                : "\n- row-major: through transposed copies, in place when square";
    text +=
        "\n\n| operand | rows x cols | type | read | written | after INFO > 0 |\n|---|---|---|---|---|---|\n";
    for (const CompiledOperand &compiled : op.operands) {
        const lai_operand_schema &operand = *compiled.schema;
        text += "| " + code(operand.name) + " | " + code(operand.rows) + " x " + code(operand.cols) + " | " +
                element(operand.element) + " | " + condition(operand.reads) + " | " +
                condition(operand.writes) + " | " +
                (operand.writes == nullptr      ? "-"
                 : operand.partial_on_info != 0 ? "partial result"
                                                : "undefined") +
                " |\n";
    }
    return text + '\n';
}

std::string document() {
    std::string text =
        "# Built-in operations\n\n"
        "Written from the schemas in `core/src/dispatch/op_schemas.cpp`; `LAPACK_AI_UPDATE_DOCS=1 "
        "build/release/tests/test_op_table\n--gtest_filter='OpsDocument.*'` writes it anew. T is the element "
        "type "
        "of a call (s, d, c or z), real T and complex T the\ntypes of the same precision. The position in "
        "`arguments` is the argument number of error messages. Matrices are\ncolumn-major with a leading "
        "dimension; `core/include/lapack_ai/abi/schema.h` explains the expressions. Complex\noperations "
        "count four "
        "times.\n\n";
    for (const lai_op_schema *schema : builtin_schemas())
        text += section(*OpTable::instance().find(schema->id));
    text.pop_back();
    return text;
}

TEST(OpsDocument, IsInStepWithTheSchemas) {
    const char *path = LAPACK_AI_SOURCE_DIR "/docs/ops.md";
    if (std::getenv("LAPACK_AI_UPDATE_DOCS") != nullptr) std::ofstream(path) << document();
    std::ifstream file(path);
    const std::string written((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(written, document()) << "docs/ops.md is not what the schemas say; see its first paragraph";
}

}  // namespace
}  // namespace lapack_ai::core
