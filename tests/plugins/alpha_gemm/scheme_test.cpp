// Every scheme of the table is checked against the whole multiplication tensor in exact integers, and so are
// its turned and nested forms.

#include "scheme.hpp"

#include <gtest/gtest.h>

#include "compiled_scheme.hpp"

namespace lapack_ai::alpha_gemm {
namespace {

TEST(Scheme, EveryOneSatisfiesItsIdentityExactly) {
    const auto names = scheme_names();
    EXPECT_GE(names.size(), 20u);
    for (const std::string &name : names) {
        const auto scheme = find_scheme(name);
        ASSERT_TRUE(scheme) << name;
        EXPECT_EQ(scheme->name, name);
        EXPECT_EQ(failing_identities(*scheme, false), 0) << name;
        EXPECT_LT(scheme->rank, scheme->m * scheme->k * scheme->n) << name << " saves no product";
        EXPECT_FALSE(scheme->source.empty()) << name;
    }
}

TEST(Scheme, TurnedFormsSatisfyTheIdentityToo) {
    for (const std::string &name : scheme_names()) {
        Scheme scheme = *find_scheme(name);
        if (scheme.rank > 100)
            continue;  // the identity of <6,6,6> in all six forms takes seconds and says no more
        for (int reflection = 0; reflection < 2; ++reflection) {
            for (int rotation = 0; rotation < 3; ++rotation) {
                EXPECT_EQ(failing_identities(scheme, false), 0) << name << " as " << scheme.name;
                scheme = rotate_scheme(scheme);
            }
            scheme = transpose_scheme(scheme);
        }
    }
}

TEST(Scheme, NestedFormsSatisfyTheIdentityToo) {
    for (const char *name : {"2x2x2:7*2x2x2:7", "2x2x3:11*2x3x2:11", "3x3x3:23*2x2x2:7-strassen"}) {
        const auto scheme = find_scheme(name);
        ASSERT_TRUE(scheme) << name;
        EXPECT_EQ(failing_identities(*scheme, true), 0) << name;
    }
    EXPECT_EQ(find_scheme("4x4x4:48*2x2x2:7")->rank, 336);
}

TEST(Scheme, OneWrongCoefficientIsNoticed) {
    Scheme scheme = *find_scheme("4x4x4:48");
    scheme.w.numerators[17] += 1;
    EXPECT_GT(failing_identities(scheme, true), 0);
}

TEST(Scheme, FortySevenProductsHoldModuloTwoOnlyAndAreRefusedForRealArithmetic) {
    const auto scheme = find_scheme("4x4x4:47");
    ASSERT_TRUE(scheme);
    EXPECT_EQ(scheme->modulus, 2);
    EXPECT_EQ(failing_identities(*scheme, false), 0);
    EXPECT_GT(failing_identities(*scheme, true), 0);
    EXPECT_FALSE(holds_over_reals(*scheme));
    EXPECT_EQ(compiled_scheme("4x4x4:47"), nullptr);
    EXPECT_EQ(compiled_scheme("2x2x2:7*4x4x4:47"), nullptr);
}

TEST(Scheme, NamesAreFoundInEveryOrientationAndVariant) {
    struct Case {
        const char *name;
        bool found;
        int m, k, n, rank;
    };
    const Case cases[] = {
        {"2x2x2:7", true, 2, 2, 2, 7},   {"2x2x2:7-strassen", true, 2, 2, 2, 7},
        {"2x3x2:11", true, 2, 3, 2, 11}, {"3x2x2:11", true, 3, 2, 2, 11},
        {"6x3x3:40", true, 6, 3, 3, 40}, {"3x6x3:40-accurate", true, 3, 6, 3, 40},
        {"4x4x4:49", true, 4, 4, 4, 49}, {"4x4x4:49-alphatensor", true, 4, 4, 4, 49},
        {"4x4x4:46", false, 0, 0, 0, 0}, {"2x2x2:7-", false, 0, 0, 0, 0},
        {"2x2x2", false, 0, 0, 0, 0},    {"", false, 0, 0, 0, 0},
        {"-2x2x2:7", false, 0, 0, 0, 0}, {"2x2x2:7-nobody", false, 0, 0, 0, 0},
        {"2x2x2:7*", false, 0, 0, 0, 0}, {"2x2x2:7*9x9x9:1", false, 0, 0, 0, 0},
        {"2x2x2:7 ", false, 0, 0, 0, 0},
    };
    for (const Case &c : cases) {
        const auto scheme = find_scheme(c.name);
        ASSERT_EQ(scheme.has_value(), c.found) << c.name;
        if (!c.found) continue;
        EXPECT_EQ(scheme->m, c.m) << c.name;
        EXPECT_EQ(scheme->k, c.k) << c.name;
        EXPECT_EQ(scheme->n, c.n) << c.name;
        EXPECT_EQ(scheme->rank, c.rank) << c.name;
    }
}

}  // namespace
}  // namespace lapack_ai::alpha_gemm
