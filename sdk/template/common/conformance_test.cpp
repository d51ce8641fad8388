// The conformance kit as a test of this plugin. What it finds comes with a command that repeats it; --list
// names the checks.
#include <lapack_ai/conformance/conformance.hpp>

int main(int argc, char **argv) {
    return lapack_ai::conformance::main(argc, argv);
}
