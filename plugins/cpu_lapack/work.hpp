// What an op says about itself so that it can be priced: floating-point operations, memory traffic, and the
// class of algorithm whose speed it shares. speed.hpp turns it into seconds.
#pragma once

#include <cstdint>

namespace lapack_ai::cpu {

// Classes of algorithms with a common speed curve.
enum class Kind : std::uint8_t {
    product,        // gemm
    lu,             // getrf, gesv, getri
    cholesky,       // potrf, posv
    triangular,     // getrs, potrs with many right-hand sides
    orthogonal,     // geqrf, orgqr, gels
    svd_vectors,    // gesdd with vectors, gelsd
    svd_values,     // gesdd without
    eigen_vectors,  // syevd with vectors
    eigen_values,   // syevd without
    general_eigen,  // geev
    substitution,   // few right-hand sides; gecon, pocon, trcon
    count
};

struct Work {
    Kind kind = Kind::product;
    double flops = 0;  // of real arithmetic as if T were real; complex T is accounted for later
    double words = 0;  // elements of T moved at least once
    double size = 0;   // the dimension that efficiency depends on, as a rule the least one
    double error_coefficient = 0;
    const char *algorithm = nullptr;
};

}  // namespace lapack_ai::cpu
