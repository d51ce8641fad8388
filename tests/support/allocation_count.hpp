// Counts operator new per thread, for tests that promise a path without allocation. Compile
// allocation_count.cpp into the test program: it replaces the global operators.
#pragma once

namespace lapack_ai::core::test {

long allocations_of_this_thread() noexcept;

}  // namespace lapack_ai::core::test
