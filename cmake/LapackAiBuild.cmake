# How everything here is compiled: standard, warnings, sanitizers, and where results land in the build tree, which has
# the same layout as an installation (bin/, lib/, lib/lapack_ai/plugins/), so that both find plugins the same way.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(LAPACK_AI_PRIVATE_DIR "${PROJECT_BINARY_DIR}/lib/lapack_ai")
set(LAPACK_AI_PLUGIN_DIR "${LAPACK_AI_PRIVATE_DIR}/plugins")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow "$<$<COMPILE_LANGUAGE:C,CXX>:-Wundef>" "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>")
if(LAPACK_AI_WERROR)
    add_compile_options(-Werror)
endif()
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)

foreach(sanitizer IN LISTS LAPACK_AI_SANITIZE)
    add_compile_options(-fsanitize=${sanitizer} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${sanitizer})
endforeach()
if("undefined" IN_LIST LAPACK_AI_SANITIZE)
    add_compile_options(-fno-sanitize-recover=undefined)
endif()

# lapack_ai_add_test(NAME SOURCES... [LIBRARIES ...] [LABELS ...] [ENVIRONMENT ...]): a GoogleTest program, found by ctest
# as one test per program (test names carry the program's name; see docs/HACKING.md for running one case).
function(lapack_ai_add_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS;ENVIRONMENT" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
    add_test(NAME ${name} COMMAND ${name})
    if(NOT ARG_LABELS)
        set(ARG_LABELS default)
    endif()
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    if("thread" IN_LIST LAPACK_AI_SANITIZE)
        # ThreadSanitizer does not see libgomp's barriers and takes OpenBLAS's workers for a race.
        list(APPEND ARG_ENVIRONMENT OMP_NUM_THREADS=1 "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp")
    endif()
    if("address" IN_LIST LAPACK_AI_SANITIZE)
        list(APPEND ARG_ENVIRONMENT "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0")
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "LAPACK_AI_CONFIG=;XDG_CONFIG_HOME=${PROJECT_BINARY_DIR}/tests/xdg;XDG_CACHE_HOME=${PROJECT_BINARY_DIR}/tests/cache;${ARG_ENVIRONMENT}")
endfunction()
