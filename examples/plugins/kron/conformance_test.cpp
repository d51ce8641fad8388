// The conformance kit as a test of this plugin.
#include <lapack_ai/conformance/conformance.hpp>

int main(int argc, char **argv) {
    return lapack_ai::conformance::main(argc, argv);
}
