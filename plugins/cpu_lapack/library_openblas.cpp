#include "library.hpp"

extern "C" {
char *openblas_get_config();
char *openblas_get_corename();
}

namespace lapack_ai::cpu {

std::string library_description() {
    return std::string(openblas_get_config()) + ", kernels " + openblas_get_corename();
}

}  // namespace lapack_ai::cpu
