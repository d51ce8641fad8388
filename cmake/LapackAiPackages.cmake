# Debian packages by CPack, one a component: `cpack -G DEB` in the build folder. docs/packages.md says what each holds.
# Built where the target is: shared libraries are resolved to the packages of the machine that builds.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lapack-ai)
set(CPACK_PACKAGE_VENDOR "LAPACK AI")
set(CPACK_PACKAGE_CONTACT "LAPACK AI developers <developers@lapack-ai.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Dense linear algebra that knows which backend is fastest")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION math)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${PROJECT_BINARY_DIR}/lib" "${PROJECT_BINARY_DIR}/lib/lapack_ai")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_DEBUGINFO_PACKAGE OFF)
set(CPACK_COMPONENTS_ALL runtime plugins dev)

# lapack_ai_package(component package "description" [depends...]): one package. Version-locked on the others it names.
function(lapack_ai_package component package description)
    string(TOUPPER ${component} key)
    set(CPACK_DEBIAN_${key}_PACKAGE_NAME ${package} PARENT_SCOPE)
    set(CPACK_COMPONENT_${key}_DESCRIPTION "${description}" PARENT_SCOPE)
    list(JOIN ARGN ", " depends)
    set(CPACK_DEBIAN_${key}_PACKAGE_DEPENDS "${depends}" PARENT_SCOPE)
endfunction()

set(same "(= ${PROJECT_VERSION})")
lapack_ai_package(runtime lapack-ai "The library, the lapack-ai command and the plugin probe." "lapack-ai-plugins ${same}")
lapack_ai_package(plugins lapack-ai-plugins
    "Backends for the CPU (OpenBLAS, reference LAPACK, fast matrix multiplication) and the diagnostics.")
lapack_ai_package(dev liblapack-ai-dev
    "Headers of the C and C++ interfaces and of the plugin SDK, CMake package, pkg-config file, conformance kit."
    "lapack-ai ${same}")
# ldconfig after the library came or went.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_GENERATE_SHLIBS ON)

if(TARGET opencl_gemm)
    list(APPEND CPACK_COMPONENTS_ALL opencl)
    lapack_ai_package(opencl lapack-ai-opencl
        "Backends for OpenCL devices: matrix products, singular value decomposition, linear systems."
        "lapack-ai ${same}" ocl-icd-libopencl1)
    set(CPACK_DEBIAN_OPENCL_PACKAGE_RECOMMENDS "pocl-opencl-icd | opencl-icd")
endif()
if(TARGET dashboard)
    list(APPEND CPACK_COMPONENTS_ALL dashboard)
    lapack_ai_package(dashboard lapack-ai-dashboard "The metrics endpoint and its page." "lapack-ai ${same}")
endif()
if(TARGET lapack_ai_dropin)
    list(APPEND CPACK_COMPONENTS_ALL dropin)
    lapack_ai_package(dropin lapack-ai-dropin
        "Preload library: programs that call BLAS and LAPACK gain without a change." "lapack-ai ${same}")
endif()
if(TARGET lapack_py_core)
    list(APPEND CPACK_COMPONENTS_ALL python)
    find_package(Python3 REQUIRED COMPONENTS Interpreter)
    math(EXPR next_python "${Python3_VERSION_MINOR} + 1")
    lapack_ai_package(python python3-lapack-py "lapack_py: numpy.linalg's functions on LAPACK AI." "lapack-ai ${same}"
        "python3 (>= ${Python3_VERSION_MAJOR}.${Python3_VERSION_MINOR})"
        "python3 (<< ${Python3_VERSION_MAJOR}.${next_python})" python3-numpy)
    # Byte code is made when the package is installed and goes with it, as Debian's own packages do.
    set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA
        "${PROJECT_SOURCE_DIR}/cmake/packages/python/postinst" "${PROJECT_SOURCE_DIR}/cmake/packages/python/prerm")
endif()
include(CPack)
