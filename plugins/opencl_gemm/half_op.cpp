#include "half_op.hpp"

namespace lapack_ai::opencl_gemm {
namespace {

constexpr lai_dim_schema dims[] = {{sizeof(lai_dim_schema), 0, "m", nullptr},
                                   {sizeof(lai_dim_schema), 0, "n", nullptr},
                                   {sizeof(lai_dim_schema), 0, "k", nullptr}};
constexpr lai_flag_schema flags[] = {{sizeof(lai_flag_schema), 'N', "trans_a", "NTC"},
                                     {sizeof(lai_flag_schema), 'N', "trans_b", "NTC"}};
constexpr lai_scalar_schema scalars[] = {{sizeof(lai_scalar_schema), 1, "alpha"},
                                         {sizeof(lai_scalar_schema), 1, "beta"}};
constexpr lai_operand_schema operands[] = {
    {sizeof(lai_operand_schema), LAI_ELEMENT_T, "A", "trans_a=='N' ? m : k", "trans_a=='N' ? k : m", "alpha",
     nullptr, LAI_SHAPE_GENERAL, 0, 0, 0},
    {sizeof(lai_operand_schema), LAI_ELEMENT_T, "B", "trans_b=='N' ? k : n", "trans_b=='N' ? n : k", "alpha",
     nullptr, LAI_SHAPE_GENERAL, 0, 0, 0},
    {sizeof(lai_operand_schema), LAI_ELEMENT_F32, "C", "m", "n", "beta", "1", LAI_SHAPE_GENERAL, 0, 0, 0}};

constexpr lai_op_schema schema{sizeof(lai_op_schema),
                               LAI_ROW_MAJOR_COPY,
                               op_gemm_half,
                               "matrix multiplication of half precision or bfloat16 with sums in float",
                               nullptr,
                               "trans_a,trans_b,m,n,k,alpha,a,lda,b,ldb,beta,c,ldc",
                               dims,
                               flags,
                               scalars,
                               operands,
                               3,
                               2,
                               2,
                               3,
                               sizeof(lai_dim_schema),
                               sizeof(lai_flag_schema),
                               sizeof(lai_scalar_schema),
                               sizeof(lai_operand_schema),
                               LAI_DTYPE_BIT(LAI_DTYPE_F16) | LAI_DTYPE_BIT(LAI_DTYPE_BF16),
                               "2*m*n*k",
                               nullptr,
                               nullptr,
                               nullptr,
                               nullptr};

}  // namespace

const lai_op_schema &half_schema() {
    return schema;
}

}  // namespace lapack_ai::opencl_gemm
