// Mutated files against all three readers: each must end in a matrix or in an InputError of one line, and
// what the sanitizers watch must stay whole. The seed is fixed, so a failure repeats; LAPACK_AI_FUZZ_RUNS
// asks for more.
#include <array>
#include <cstdlib>
#include <random>

#include "io/harwell_boeing.hpp"
#include "io/matrix_market.hpp"
#include "io/npy.hpp"
#include "reading.hpp"

namespace lapack_ai::cli {
namespace {

std::string npy(char version, const std::string &header, std::size_t data_bytes) {
    std::string text("\x93NUMPY", 6);
    text += {version, '\0', static_cast<char>(header.size()), '\0'};
    if (version > 1) text += std::string(2, '\0');
    return text + header + std::string(data_bytes, '\1');
}

const std::array seeds{
    npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n", 16),
    npy(2, "{'descr': '<c8', 'fortran_order': True, 'shape': (2, 2), }\n", 32),
    std::string(
        "%%MatrixMarket matrix coordinate complex hermitian\n% c\n3 3 3\n1 1 1 0\n2 1 3 4\n3 2 1 1\n"),
    std::string("%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\n3\n"),
    std::string("title                                                                   key     \n"
                "             4             1             1             2             0\n"
                "RSA                        2             2             3             0\n"
                "(6I4)           (6I4)           (2E12.4)            (2E12.4)            \n"
                "   1   3   4\n   1   2   2\n  1.5000E+00 -2.0000D+00\n  3.0\n"),
};

constexpr std::array fragments{"99999999999",
                               "-1",
                               "0",
                               "9223372036854775807",
                               "4294967296",
                               "1e999",
                               "nan",
                               "symmetric",
                               "skew-symmetric",
                               "pattern",
                               "complex",
                               "array",
                               "coordinate",
                               "CUA",
                               "PSA",
                               "(999I1)",
                               "(1P,4D20.13)",
                               "True",
                               "(0, 9223372036854775807)",
                               "'<c16'",
                               "'<f2'",
                               "\n",
                               " "};

class Mutator {
  public:
    std::string next() {
        std::string text = seeds[below(seeds.size())];
        for (std::size_t i = 1 + below(6); i > 0; --i) {
            const std::size_t at = below(text.size() + 1);
            switch (below(5)) {
                case 0:
                    text.insert(at, fragments[below(fragments.size())]);
                    break;
                case 1:
                    text.erase(at, below(20));
                    break;
                case 2:
                    text.insert(at, text.substr(below(text.size() + 1), below(60)));
                    break;
                case 3:
                    text.resize(at);
                    break;
                default:
                    if (at < text.size()) text[at] = static_cast<char>(random_());
            }
        }
        return text;
    }

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    std::mt19937_64 random_{20240229};
};

bool accepted_by_any(const std::string &text) {
    for (const Read read : {read_npy, read_matrix_market, read_harwell_boeing}) {
        try {
            read_text(read, text);
            return true;
        } catch (const InputError &) {
        }
    }
    return false;
}

TEST(Fuzz, SeedsAreSound) {
    for (const std::string &seed : seeds) EXPECT_TRUE(accepted_by_any(seed)) << seed;
}

TEST(Fuzz, EveryFileEndsInAMatrixOrOneLine) {
    const char *const wanted = std::getenv("LAPACK_AI_FUZZ_RUNS");
    const long runs = wanted ? std::atol(wanted) : 20000;
    Mutator mutator;
    long accepted = 0;
    for (long i = 0; i < runs; ++i) {
        const std::string text = mutator.next();
        for (const Read read : {read_npy, read_matrix_market, read_harwell_boeing}) {
            try {
                const Matrix A = read_text(read, text);
                ASSERT_LE(A.bytes(), test_limits.max_bytes);
                ++accepted;
            } catch (const InputError &error) {
                ASSERT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
            }
        }
    }
    EXPECT_GT(accepted, runs / 1000) << "the mutations are too coarse to reach behind the headers";
}

}  // namespace
}  // namespace lapack_ai::cli
