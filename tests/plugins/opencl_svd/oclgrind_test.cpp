// Every kernel of the decomposition at tiny sizes on the Oclgrind simulator, which watches every access:
// out-of-bounds accesses and data races end in its log, which must stay empty. CTest sets the environment.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "svd_fixture.hpp"

namespace {

using namespace lapack_ai::test;
using OpenclSvdUnderOclgrind = OpenclSvd;

std::string log() {
    std::ostringstream text;
    text << std::ifstream(std::getenv("OCLGRIND_LOG")).rdbuf();
    return text.str();
}

TEST_F(OpenclSvdUnderOclgrind, IsTheSimulator) {
    lai_ocl_device device{};
    device.size = sizeof device;
    ASSERT_EQ(lai_ocl_device_info(&device), LAI_OK);
    EXPECT_NE(std::string(device.name).find("Oclgrind"), std::string::npos) << device.name;
}

TEST_F(OpenclSvdUnderOclgrind, JacobiStaysInBounds) {
    check(random_matrix<double>(5, 4, 1), 'S', 'S', "jacobi");
    check(member<float>("singular", 4, 6), 'S', 'S', "jacobi");
    EXPECT_EQ(log(), "");
}

// 'A' keeps the shape from going through QR; 51 columns are two panels and one merge with a deflation.
TEST_F(OpenclSvdUnderOclgrind, LargeMatricesStayInBounds) {
    check(member<double>("repeated", 51, 50), 'A', 'S', "reduction and iteration");
    EXPECT_EQ(log(), "");
}

TEST_F(OpenclSvdUnderOclgrind, ValuesAndQrStayInBounds) {
    check(random_matrix<float>(60, 34, 2), 'N', 'N', "values");
    check(random_matrix<double>(3, 50, 2), 'S', 'S', "wide");
    EXPECT_EQ(log(), "");
}

}  // namespace
