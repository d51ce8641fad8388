#include "io/harwell_boeing.hpp"

#include "reading.hpp"

namespace lapack_ai::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using z = std::complex<double>;

std::string field(const std::string &text, std::size_t width) {
    return text + std::string(width - text.size(), ' ');
}

std::string right(const std::string &text) {
    return std::string(14 - text.size(), ' ') + text;
}

struct File {
    std::string type = "RUA", rows = "2", cols = "2", entries = "3";
    std::string pointer_format = "(6I4)", index_format = "(6I4)", value_format = "(2E12.4)";
    std::string right_hand = "0";
    std::string body =
        "   1   3   4\n"
        "   1   2   2\n"
        "  1.5000E+00 -2.0000D+00\n"
        "  3.0\n";

    std::string text() const {
        std::string out = field("A small matrix", 72) + "SMALL   \n";
        out += right("4") + right("1") + right("1") + right("2") + right(right_hand) + "\n";
        out += field(type, 14) + right(rows) + right(cols) + right(entries) + right("0") + "\n";
        out += field(pointer_format, 16) + field(index_format, 16) + field(value_format, 20) + field("", 20) +
               "\n";
        return out + body;
    }
};

TEST(HarwellBoeing, ReadsCompressedColumns) {
    const Matrix A = read_text(read_harwell_boeing, File{}.text());
    EXPECT_EQ(A.rows(), 2);
    EXPECT_EQ(A.cols(), 2);
    EXPECT_THAT(elements<double>(A), ElementsAre(1.5, -2, 0, 3));
}

TEST(HarwellBoeing, MirrorsByType) {
    File file;
    file.type = "rsa";
    EXPECT_THAT(elements<double>(read_text(read_harwell_boeing, file.text())), ElementsAre(1.5, -2, -2, 3));
    file.type = "RZA";
    EXPECT_THAT(elements<double>(read_text(read_harwell_boeing, file.text())), ElementsAre(1.5, -2, 2, 3));
    file.type = "PSA";
    EXPECT_THAT(elements<double>(read_text(read_harwell_boeing, file.text())), ElementsAre(1, 1, 1, 1));
    file.type = "CHA";
    file.body =
        "   1   3   4\n   1   2   2\n       1.0         0.0\n        2.0         5.0\n        3.0        "
        "0.0\n";
    EXPECT_THAT(elements<z>(read_text(read_harwell_boeing, file.text())),
                ElementsAre(1, z(2, 5), z(2, -5), 3));
}

TEST(HarwellBoeing, SkipsEmptyColumnsAndTheRightHandSideLine) {
    File file;
    file.right_hand = "1";
    file.cols = "4";
    file.body = "F              1             0\n   1   1   3   3   4\n   1   2   2\n  1.5 -2.0\n  3.0\n";
    file.value_format = "(2E5.1)";
    EXPECT_THAT(elements<double>(read_text(read_harwell_boeing, file.text())),
                ElementsAre(0, 0, 1.5, -2, 0, 0, 0, 3));
    File empty;
    empty.rows = empty.cols = empty.entries = "0";
    empty.body = "   1\n";
    EXPECT_EQ(read_text(read_harwell_boeing, empty.text()).rows(), 0);
}

TEST(HarwellBoeing, MalformedFilesAreNamedWithTheirLine) {
    const auto with = [](auto change) {
        File file;
        change(file);
        return file.text();
    };
    const Malformed cases[] = {
        {"", "the title line is missing"},
        {"title\n", "the line of card counts is missing"},
        {File{}.text().substr(0, 130), "the line of type and size is missing"},
        {with([](File &f) { f.type = "XYZ"; }), "file:3: matrix type 'XYZ'"},
        {with([](File &f) { f.type = "RSE"; }), "unassembled matrices are not read"},
        {with([](File &f) { f.rows = "-1"; }), "row count '-1'"},
        {with([](File &f) { f.rows = "two"; }), "row count 'two'"},
        {with([](File &f) { f.cols = "99999999999"; }), "more than a file of"},
        {with([](File &f) { f.entries = "99999999999"; }), "more than a file of"},
        {with([](File &f) { f.rows = "99999999999"; }), "at most 64 MiB is allowed"},
        {with([](File &f) {
             f.rows = "99999999999999";
             f.cols = "100";
         }),
         "needs 71.1 PiB as a dense matrix"},
        {with([](File &f) {
             f.type = "RSA";
             f.rows = "3";
         }),
         "must be square"},
        {with([](File &f) { f.pointer_format = "(6X4)"; }), "pointer format '(6X4)'"},
        {with([](File &f) { f.index_format = "(6E4.1)"; }), "index format '(6E4.1)'"},
        {with([](File &f) { f.value_format = "(2I12)"; }), "value format '(2I12)'"},
        {with([](File &f) { f.body = ""; }), "column pointer is missing"},
        {with([](File &f) { f.body = "   2   3   4\n"; }),
         "column pointers from 2 to 4: must run from 1 to 4"},
        {with([](File &f) { f.body = "   1   3   3\n"; }), "column pointers from 1 to 3"},
        {with([](File &f) { f.body = "   1   9   4\n"; }), "column pointer '9': must be in 1..4"},
        {with([](File &f) {
             f.cols = "3";
             f.body = "   1   4   2   4\n";
         }),
         "column pointer 2: must not be below"},
        {with([](File &f) { f.body = "   1   3   4\n   1   5   2\n"; }),
         "file:6: row index '5': must be in 1..2"},
        {with([](File &f) { f.body = "   1   3   4\n   1\n"; }), "row index ''"},
        {with([](File &f) { f.body = "   1   3   4\n   1   2   2\n  *********\n"; }), "value '*********'"},
        {with([](File &f) { f.body = "   1   3   4\n   1   2   2\n  1.0\n"; }), "value ''"},
        {with([](File &f) { f.body = "   1   3   4\n   1   2   2\n  1.5000E+00 -2.0000D+00\n"; }),
         "value is missing"},
    };
    for (const Malformed &c : cases)
        EXPECT_THAT(message_of(read_harwell_boeing, c.text), HasSubstr(c.message));
}

}  // namespace
}  // namespace lapack_ai::cli
