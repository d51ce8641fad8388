# cmake --install, then: the smallest plugin built with find_package(lapack_ai) and installed beside the shipped ones; a program
# built with find_package and once more with pkg-config, which must see that plugin and compute with it.
set(work "${BUILD}/tests/installed")
set(prefix "${work}/prefix")
file(REMOVE_RECURSE "${work}")
file(MAKE_DIRECTORY "${work}/program")

function(run)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${work}" RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
    if(NOT code EQUAL 0)
        list(JOIN ARGN " " command)
        message(FATAL_ERROR "${command}\nended with ${code}:\n${out}")
    endif()
    set(output "${out}" PARENT_SCOPE)
endfunction()

# The consumer has to carry the sanitizer's runtime when the library does.
set(flags "")
foreach(sanitizer IN LISTS SANITIZE)
    string(APPEND flags " -fsanitize=${sanitizer}")
endforeach()
string(STRIP "${flags}" flags)
set(toolchain -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_C_COMPILER=${C_COMPILER}
    -DCMAKE_CXX_COMPILER=${CXX_COMPILER} "-DCMAKE_C_FLAGS=${flags}" "-DCMAKE_CXX_FLAGS=${flags}")

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})

# Copied away, so that nothing of the repository is in reach.
file(COPY "${SOURCE}/examples/plugins/minimal" DESTINATION "${work}")
run(${CMAKE_COMMAND} -S minimal -B minimal/build ${toolchain})
run(${CMAKE_COMMAND} --build minimal/build)
set(plugin "${work}/minimal/build/lib/lapack_ai/plugins/minimal.so")
if(NOT EXISTS "${plugin}")
    message(FATAL_ERROR "the plugin is not at ${plugin}")
endif()
file(COPY "${plugin}" DESTINATION "${prefix}/${LIBDIR}/lapack_ai/plugins")

file(COPY "${SOURCE}/tests/install/consumer" DESTINATION "${work}")
run(${CMAKE_COMMAND} -S consumer -B consumer/build ${toolchain})
run(${CMAKE_COMMAND} --build consumer/build)
run(consumer/build/consumer)

set(ENV{PKG_CONFIG_PATH} "${prefix}/${LIBDIR}/pkgconfig")
run(${PKG_CONFIG} --cflags --libs lapack_ai)
separate_arguments(options UNIX_COMMAND "${output} ${flags} -Wl,-rpath,${prefix}/${LIBDIR}")
run(${C_COMPILER} consumer/main.c -o program/consumer ${options})
run(program/consumer)
