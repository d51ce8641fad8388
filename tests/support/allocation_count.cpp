#include "allocation_count.hpp"

#include <cstdlib>
#include <new>

namespace {
thread_local long allocations = 0;
}

void *operator new(std::size_t bytes) {
    ++allocations;
    if (void *p = std::malloc(bytes)) return p;
    throw std::bad_alloc();
}
void operator delete(void *p) noexcept {
    std::free(p);
}
void operator delete(void *p, std::size_t) noexcept {
    std::free(p);
}

namespace lapack_ai::core::test {

long allocations_of_this_thread() noexcept {
    return allocations;
}

}  // namespace lapack_ai::core::test
