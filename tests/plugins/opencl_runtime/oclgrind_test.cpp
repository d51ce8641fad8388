// The kernels at tiny sizes on the Oclgrind simulator, which watches every access: out-of-bounds accesses
// and data races end in its log, which must stay empty. CTest sets the environment that selects it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "opencl_fixture.hpp"

namespace {

class UnderOclgrind : public lapack_ai::test::OpenclRuntime {
  protected:
    // One product of `count` problems with C read (beta != 0), operands exactly as large as they must be.
    void multiply(lai_dtype dtype, std::size_t element, std::int64_t m, std::int64_t n, std::int64_t k,
                  std::int64_t count, char ta, char tb, std::uint32_t slices = 0) {
        lai_ocl_operation *op = nullptr;
        ASSERT_EQ(lai_ocl_begin(0, &op), LAI_OK) << lai_ocl_last_error();
        const auto put = [&](std::int64_t elements, std::size_t each) {
            const std::uint64_t bytes = static_cast<std::uint64_t>(elements * count) * each;
            void *address = nullptr;
            EXPECT_EQ(lai_ocl_temporary(op, bytes, &address), LAI_OK) << lai_ocl_last_error();
            const std::vector<char> zeros(bytes, 0);
            EXPECT_EQ(lai_ocl_upload(op, address, bytes, zeros.data(), bytes, bytes, 1, 0), LAI_OK);
            return address;
        };
        lai_ocl_gemm_call g{};
        g.size = sizeof g;
        g.dtype = dtype;
        g.slices = slices;
        g.trans_a = ta, g.trans_b = tb;
        g.m = m, g.n = n, g.k = k, g.count = count;
        g.alpha.re = g.beta.re = 1;
        g.a = put(m * k, element), g.lda = ta == 'N' ? m : k, g.stride_a = m * k;
        g.b = put(k * n, element), g.ldb = tb == 'N' ? k : n, g.stride_b = k * n;
        g.c = put(m * n, element == 2 ? 4 : element), g.ldc = m, g.stride_c = m * n;
        EXPECT_EQ(lai_ocl_gemm(op, &g), LAI_OK) << lai_ocl_last_error();
        EXPECT_EQ(lai_ocl_wait(op), LAI_OK) << lai_ocl_last_error();
        lai_ocl_end(op);
    }
    static std::string log() {
        std::ostringstream text;
        text << std::ifstream(std::getenv("OCLGRIND_LOG")).rdbuf();
        return text.str();
    }
};

TEST_F(UnderOclgrind, IsTheSimulator) {
    lai_ocl_device device{};
    device.size = sizeof device;
    ASSERT_EQ(lai_ocl_device_info(&device), LAI_OK);
    EXPECT_NE(std::string(device.name).find("Oclgrind"), std::string::npos) << device.name;
}

TEST_F(UnderOclgrind, NoKernelLeavesItsBoundsOrRaces) {
    const struct {
        lai_dtype dtype;
        std::size_t element;
    } types[] = {{LAI_DTYPE_F32, 4}, {LAI_DTYPE_F64, 8}, {LAI_DTYPE_C32, 8}, {LAI_DTYPE_C64, 16}};
    for (const auto &type : types) {
        multiply(type.dtype, type.element, 5, 3, 7, 1, 'N', 'N');
        multiply(type.dtype, type.element, 3, 5, 4, 1, 'C', 'T');
        multiply(type.dtype, type.element, 35, 33, 17, 1, 'T', 'N');
        multiply(type.dtype, type.element, 3, 4, 2, 3, 'N', 'T');
        multiply(type.dtype, type.element, 17, 5, 3, 2, 'C', 'N');
        EXPECT_EQ(log(), "") << "element of " << type.element << " bytes";
    }
    multiply(LAI_DTYPE_F64, 8, 35, 33, 7, 1, 'N', 'T', 3);
    multiply(LAI_DTYPE_F64, 8, 5, 3, 9, 1, 'C', 'N', 2);
    EXPECT_EQ(log(), "") << "doubles from slices";
    for (const lai_dtype half : {LAI_DTYPE_F16, LAI_DTYPE_BF16}) {
        multiply(half, 2, 35, 33, 5, 1, 'N', 'N');
        multiply(half, 2, 5, 3, 9, 2, 'T', 'C');
        EXPECT_EQ(log(), "") << "half precision, type " << half;
    }
}

}  // namespace
