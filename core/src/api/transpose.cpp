#include "api/transpose.hpp"

#include <algorithm>
#include <complex>
#include <utility>

#include "dispatch/op_table.hpp"

namespace lapack_ai::core {
namespace {

// 32 x 32 elements of 16 bytes are half of a first-level cache.
constexpr std::int64_t tile = 32;

template <bool conjugate, typename Element>
Element moved(Element x) noexcept {
    if constexpr (conjugate)
        return std::conj(x);
    else
        return x;
}

template <bool conjugate, typename Element>
void copy(std::int64_t rows, std::int64_t cols, const Element *from, std::int64_t from_ld, Element *to,
          std::int64_t to_ld) noexcept {
    for (std::int64_t i0 = 0; i0 < rows; i0 += tile)
        for (std::int64_t j0 = 0; j0 < cols; j0 += tile)
            for (std::int64_t j = j0; j < std::min(j0 + tile, cols); ++j)
                for (std::int64_t i = i0; i < std::min(i0 + tile, rows); ++i)
                    to[i + j * to_ld] = moved<conjugate>(from[i * from_ld + j]);
}

template <bool conjugate, typename Element>
void exchange(std::int64_t n, Element *data, std::int64_t ld) noexcept {
    for (std::int64_t i0 = 0; i0 < n; i0 += tile)
        for (std::int64_t j0 = i0; j0 < n; j0 += tile)
            for (std::int64_t i = i0; i < std::min(i0 + tile, n); ++i)
                for (std::int64_t j = std::max(i, j0); j < std::min(j0 + tile, n); ++j) {
                    Element &above = data[i * ld + j], &below = data[j * ld + i];
                    const Element kept = above;
                    above = moved<conjugate>(below);
                    below = moved<conjugate>(kept);
                }
}

// Calls `work(element)` with a null pointer of the element's type; the type only matters by size unless
// complex elements are conjugated.
template <typename Work>
void by_type(lai_dtype dtype, bool conjugate, Work work) noexcept {
    using std::bool_constant;
    if (conjugate && dtype == LAI_DTYPE_C32)
        return work(static_cast<std::complex<float> *>(nullptr), bool_constant<true>{});
    if (conjugate && dtype == LAI_DTYPE_C64)
        return work(static_cast<std::complex<double> *>(nullptr), bool_constant<true>{});
    switch (dtype_bytes(dtype)) {
        case 2:
            return work(static_cast<std::uint16_t *>(nullptr), bool_constant<false>{});
        case 4:
            return work(static_cast<std::uint32_t *>(nullptr), bool_constant<false>{});
        case 8:
            return work(static_cast<std::uint64_t *>(nullptr), bool_constant<false>{});
        case 16:
            return work(static_cast<std::complex<double> *>(nullptr), bool_constant<false>{});
        default:
            return;
    }
}

}  // namespace

void transpose(lai_dtype dtype, std::int64_t rows, std::int64_t cols, const void *from, std::int64_t from_ld,
               void *to, std::int64_t to_ld, bool conjugate) noexcept {
    by_type(dtype, conjugate, [&]<typename Element>(Element *, auto conjugates) {
        copy<conjugates.value>(rows, cols, static_cast<const Element *>(from), from_ld,
                               static_cast<Element *>(to), to_ld);
    });
}

void transpose_in_place(lai_dtype dtype, std::int64_t n, void *data, std::int64_t ld,
                        bool conjugate) noexcept {
    by_type(dtype, conjugate, [&]<typename Element>(Element *, auto conjugates) {
        exchange<conjugates.value>(n, static_cast<Element *>(data), ld);
    });
}

}  // namespace lapack_ai::core
