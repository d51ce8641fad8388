# What an installation holds: the library and its headers, the SDK with lapack_ai_add_plugin(), a CMake package and a pkg-config
# file. Plugins, the probe and the command install themselves where they are built. Layout: bin/, <libdir>/liblapack_ai.so,
# <libdir>/lapack_ai/plugins/, include/lapack_ai/; the whole tree may be moved.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/lapack_ai")

install(TARGETS lapack_ai_core lapack_ai_abi lapack_ai_sdk lapack_ai_conformance EXPORT lapack_ai_targets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT dev
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT dev)
set_target_properties(lapack_ai_abi PROPERTIES EXPORT_NAME abi)
set_target_properties(lapack_ai_sdk PROPERTIES EXPORT_NAME sdk)
install(EXPORT lapack_ai_targets NAMESPACE lapack_ai:: DESTINATION "${package_dir}" COMPONENT dev)

install(DIRECTORY "${PROJECT_SOURCE_DIR}/core/include/lapack_ai" "${PROJECT_SOURCE_DIR}/sdk/include/lapack_ai"
    "${PROJECT_SOURCE_DIR}/sdk/conformance/include/lapack_ai"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT dev FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
# The Fortran module as source: compiled with the program that uses it.
install(FILES "${PROJECT_SOURCE_DIR}/fortran/lapack_ai.f90" DESTINATION "${CMAKE_INSTALL_DATADIR}/lapack_ai/fortran" COMPONENT dev)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT runtime)
# What every key means, to be copied to a place that is read (docs/configuration.md).
install(FILES "${PROJECT_SOURCE_DIR}/config/lapack_ai.yaml" "${PROJECT_SOURCE_DIR}/config/lapack_ai.schema.json"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/lapack_ai" COMPONENT runtime)

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/lapack_ai-config.cmake.in"
    "${PROJECT_BINARY_DIR}/lapack_ai-config.cmake" INSTALL_DESTINATION "${package_dir}"
    PATH_VARS CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/lapack_ai-config-version.cmake"
    COMPATIBILITY SameMinorVersion) # 0.x: a minor version may change the contract
install(FILES "${PROJECT_BINARY_DIR}/lapack_ai-config.cmake" "${PROJECT_BINARY_DIR}/lapack_ai-config-version.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/LapackAiAddPlugin.cmake" DESTINATION "${package_dir}" COMPONENT dev)

# Up from <libdir>/pkgconfig to the prefix, so that a moved tree stays right.
file(RELATIVE_PATH LAPACK_AI_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file("${PROJECT_SOURCE_DIR}/cmake/lapack_ai.pc.in" "${PROJECT_BINARY_DIR}/lapack_ai.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/lapack_ai.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT dev)
