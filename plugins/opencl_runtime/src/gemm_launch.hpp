// What the launchers of matrix multiplication share: element types, argument lists, grids of tiles.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "operation.hpp"

namespace lapack_ai::opencl {

constexpr std::int64_t largest_dimension = (std::int64_t{1} << 31) - 4096;

struct Element {
    std::uint32_t bytes;         // of an element of A and B
    bool complex, wide;          // wide: built on double
    std::uint32_t result_bytes;  // of an element of C
};

// Throws Failure(LAI_INVALID) for a type no kernel has.
Element element_of(lai_dtype dtype);

// Throws Failure(LAI_INVALID) naming the argument at fault, LAI_DECLINED for a missing precision.
void check_gemm(const lai_ocl_gemm_call &g, const Element &element, const DeviceFacts &facts);

// alpha and beta as the kernels want them.
struct Scalar {
    alignas(16) unsigned char bytes[16];
    Scalar(lai_scalar value, const Element &element) : bytes{} {
        const float narrow[2] = {static_cast<float>(value.re), static_cast<float>(value.im)};
        if (element.wide)
            std::memcpy(bytes, &value, sizeof value);
        else
            std::memcpy(bytes, narrow, sizeof narrow);
    }
};

// The arguments all kernels begin with; more may follow. `first` is the problem a launch begins with.
class Arguments {
  public:
    Arguments(const lai_ocl_gemm_call &g, const Element &element, std::int64_t k, std::int64_t first)
        : alpha_(g.alpha, element), beta_(g.beta, element), m_(int(g.m)), n_(int(g.n)), k_(int(k)) {
        const auto place = [&](const void *address, std::int64_t stride, std::uint32_t bytes) {
            return static_cast<const char *>(address) + first * stride * bytes;
        };
        value(m_), value(n_), value(k_);
        const std::uint32_t scalar_bytes = element.bytes == 2 ? 4 : element.bytes;
        raw(alpha_.bytes, scalar_bytes), raw(beta_.bytes, scalar_bytes);
        address(place(g.a, g.stride_a, element.bytes), element.bytes), value(g.lda), value(g.stride_a);
        address(place(g.b, g.stride_b, element.bytes), element.bytes), value(g.ldb), value(g.stride_b);
        address(place(g.c, g.stride_c, element.result_bytes), element.result_bytes), value(g.ldc),
            value(g.stride_c);
    }
    Arguments(const Arguments &) = delete;
    Arguments &operator=(const Arguments &) = delete;

    template <typename T>
    void value(const T &v) {
        raw(&v, sizeof v);
    }
    void address(const void *a, std::uint32_t element_bytes) {
        list_[size_++] = {LAI_OCL_ARG_ADDRESS, element_bytes, a};
    }
    const lai_ocl_arg *data() const { return list_.data(); }
    std::uint32_t size() const { return size_; }

  private:
    void raw(const void *data, std::size_t bytes) {
        list_[size_++] = {LAI_OCL_ARG_VALUE, static_cast<std::uint32_t>(bytes), data};
    }
    Scalar alpha_, beta_;
    std::int32_t m_, n_, k_;
    std::array<lai_ocl_arg, 24> list_;
    std::uint32_t size_ = 0;
};

// A number for a kernel variant: kernel family, entry of its table, transposes, type, what else.
std::uint64_t number_of(int family, int entry, const lai_ocl_gemm_call &g, int extra);

// The build options that matrix_utils.cl and the transposes want.
std::string type_options(const lai_ocl_gemm_call &g, const Element &element);

// Unrolled loops keep a GPU's loads in flight; on a processor they only cost the compiler minutes.
int unrolling(const Device &device, int wanted);

inline std::int64_t tiles(std::int64_t extent, std::int64_t tile) {
    return (extent + tile - 1) / tile;
}

// Enqueues a kernel whose work-groups each compute one tile; problems go in the second dimension.
void launch_tiles(lai_ocl_operation &op, Kernel &kernel, const lai_ocl_gemm_call &g, const Element &element,
                  std::int64_t k, std::int64_t tm, std::int64_t tn, std::size_t threads);

}  // namespace lapack_ai::opencl
