# lapack_ai_add_plugin(): builds a plugin file that LAPACK AI loads. The same function serves this repository and authors who
# use an installed SDK (find_package(lapack_ai)).
#
#   lapack_ai_add_plugin(my_backend          # target
#       ID my_backend                        # [a-z][a-z0-9_]*: file name, YAML key; default: the target's name
#       VERSION 1.2.0                        # default: PROJECT_VERSION
#       MANIFEST manifest.json               # title, license, roles, ops, cpu_features, needs_device, options
#       SOURCES my_backend.cpp
#       LIBRARIES libfoo.a                   # linked privately; their symbols stay hidden
#       [OUTPUT_DIRECTORY dir]               # default: <build>/lib/lapack_ai/plugins
#       [NO_INSTALL])                        # else installed to <libdir>/lapack_ai/plugins
#
# Promises to the host: one exported symbol (lai_plugin_entry); inner calls bind inside the file (-Bsymbolic), so that a BLAS
# in the host process cannot hijack them; archive symbols stay out (--exclude-libs); the manifest stands in an allocated ELF
# note that can be read before any code runs and that --gc-sections and strip keep.

include_guard(GLOBAL)

# Reads LAI_ABI_MAJOR and LAI_ABI_MINOR from the header the plugin is compiled against.
function(_lapack_ai_abi_version major minor)
    get_target_property(folders lapack_ai::abi INTERFACE_INCLUDE_DIRECTORIES)
    string(REGEX REPLACE "\\$<BUILD_INTERFACE:([^>]*)>" "\\1" folders "${folders}")
    string(GENEX_STRIP "${folders}" folders)
    foreach(folder IN LISTS folders)
        if(EXISTS "${folder}/lapack_ai/abi/types.h")
            file(STRINGS "${folder}/lapack_ai/abi/types.h" lines REGEX "^#define LAI_ABI_(MAJOR|MINOR) ")
        endif()
    endforeach()
    foreach(part major minor)
        string(TOUPPER ${part} PART)
        string(REGEX MATCH "LAI_ABI_${PART} ([0-9]+)" found "${lines}")
        if(NOT found)
            message(FATAL_ERROR "lapack_ai_add_plugin: cannot read LAI_ABI_${PART} from lapack_ai/abi/types.h")
        endif()
        set(${${part}} ${CMAKE_MATCH_1} PARENT_SCOPE)
    endforeach()
endfunction()

# Writes the whole manifest: what the author's file says, and what the build knows better.
function(_lapack_ai_write_manifest source id version output)
    file(READ "${source}" manifest)
    string(JSON type ERROR_VARIABLE problem TYPE "${manifest}")
    if(problem OR NOT type STREQUAL "OBJECT")
        message(FATAL_ERROR "lapack_ai_add_plugin: ${source} is not a JSON object ${problem}")
    endif()
    foreach(required title license roles)
        string(JSON value ERROR_VARIABLE problem GET "${manifest}" ${required})
        if(problem)
            message(FATAL_ERROR "lapack_ai_add_plugin: ${source} must have \"${required}\"")
        endif()
    endforeach()
    foreach(default "cpu_features=[]" "ops=[]" "needs_device=\"\"" "options={\"type\":\"object\"}")
        string(REGEX MATCH "^([a-z_]+)=(.*)$" unused "${default}")
        set(key "${CMAKE_MATCH_1}")
        set(value "${CMAKE_MATCH_2}")
        string(JSON present ERROR_VARIABLE problem GET "${manifest}" ${key})
        if(problem)
            string(JSON manifest SET "${manifest}" ${key} "${value}")
        endif()
    endforeach()
    _lapack_ai_abi_version(major minor)
    string(JSON manifest SET "${manifest}" abi "[${major}, ${minor}]")
    string(JSON manifest SET "${manifest}" id "\"${id}\"")
    string(JSON manifest SET "${manifest}" version "\"${version}\"")
    string(JSON manifest SET "${manifest}" platform "\"${CMAKE_SYSTEM_PROCESSOR}-linux-gnu\"")
    file(CONFIGURE OUTPUT "${output}" CONTENT "${manifest}" @ONLY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
endfunction()

# Writes the source that becomes the ELF note. Assembler inside C or C++, so that authors need not enable ASM.
function(_lapack_ai_write_note manifest output)
    file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT [=[
/* The manifest as an allocated note; layout in lapack_ai/abi/manifest.h. */
#if !defined(__ELF__)
#error "plugins are ELF shared objects"
#endif
__asm__(
    ".pushsection .note.lapack_ai,\"a\",%note\n"
    ".balign 4\n"
    ".long 2f - 1f, 4f - 3f, 0x4c414931\n"
    "1: .asciz \"LAPACK_AI\"\n"
    "2: .balign 4\n"
    "3: .ascii \"LAIMANI1\"\n"
    ".incbin \"@manifest@\"\n"
    "4: .balign 4\n"
    ".popsection\n");
extern int lai_manifest_note;
int lai_manifest_note = 1;
]=])
    set_source_files_properties("${output}" PROPERTIES OBJECT_DEPENDS "${manifest}")
endfunction()

function(lapack_ai_add_plugin name)
    cmake_parse_arguments(ARG "NO_INSTALL" "ID;VERSION;MANIFEST;OUTPUT_DIRECTORY;COMPONENT" "SOURCES;LIBRARIES" ${ARGN})
    if(ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "lapack_ai_add_plugin(${name}): unknown arguments ${ARG_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT ARG_ID)
        set(ARG_ID ${name})
    endif()
    if(NOT ARG_ID MATCHES "^[a-z][a-z0-9_]*$")
        message(FATAL_ERROR "lapack_ai_add_plugin(${name}): ID \"${ARG_ID}\" must match [a-z][a-z0-9_]*")
    endif()
    if(NOT ARG_VERSION)
        set(ARG_VERSION "${PROJECT_VERSION}")
    endif()
    if(NOT ARG_MANIFEST OR NOT ARG_SOURCES)
        message(FATAL_ERROR "lapack_ai_add_plugin(${name}): MANIFEST and SOURCES are required")
    endif()
    get_filename_component(ARG_MANIFEST "${ARG_MANIFEST}" ABSOLUTE)
    if(NOT ARG_OUTPUT_DIRECTORY)
        set(ARG_OUTPUT_DIRECTORY "${LAPACK_AI_PLUGIN_DIR}")
    endif()
    if(NOT ARG_OUTPUT_DIRECTORY)
        set(ARG_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib/lapack_ai/plugins")
    endif()

    set(made "${CMAKE_CURRENT_BINARY_DIR}/${name}.plugin")
    _lapack_ai_write_manifest("${ARG_MANIFEST}" ${ARG_ID} "${ARG_VERSION}" "${made}/manifest.json")
    get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    set(note "${made}/note.c")
    if(NOT "C" IN_LIST languages)
        set(note "${made}/note.cpp")
    endif()
    _lapack_ai_write_note("${made}/manifest.json" "${note}")
    file(CONFIGURE OUTPUT "${made}/exports.version" CONTENT "{ global: lai_plugin_entry; local: *; };\n")

    add_library(${name} MODULE ${ARG_SOURCES} "${note}")
    target_link_libraries(${name} PRIVATE lapack_ai::sdk ${ARG_LIBRARIES})
    target_compile_definitions(${name} PRIVATE
        LAPACK_AI_PLUGIN_ID="${ARG_ID}" LAPACK_AI_PLUGIN_VERSION="${ARG_VERSION}")
    # nodelete: worker threads and thread-local destructors of a plugin's libraries outlive any dlclose.
    target_link_options(${name} PRIVATE
        "LINKER:--version-script=${made}/exports.version" LINKER:-Bsymbolic LINKER:--exclude-libs,ALL
        LINKER:-z,now LINKER:-z,nodelete)
    if(NOT "${LAPACK_AI_SANITIZE}${CMAKE_CXX_FLAGS}${CMAKE_MODULE_LINKER_FLAGS}" MATCHES "sanitize|address|thread")
        target_link_options(${name} PRIVATE LINKER:-z,defs) # sanitizers leave their runtime undefined
    endif()
    set_target_properties(${name} PROPERTIES
        PREFIX "" SUFFIX ".so" OUTPUT_NAME ${ARG_ID}
        LIBRARY_OUTPUT_DIRECTORY "${ARG_OUTPUT_DIRECTORY}"
        LINK_DEPENDS "${made}/exports.version"
        C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
        POSITION_INDEPENDENT_CODE ON
        BUILD_RPATH "$ORIGIN/.." INSTALL_RPATH "$ORIGIN/..")
    if(NOT ARG_NO_INSTALL)
        include(GNUInstallDirs)
        if(NOT ARG_COMPONENT)
            set(ARG_COMPONENT plugins)
        endif()
        install(TARGETS ${name} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/lapack_ai/plugins" COMPONENT ${ARG_COMPONENT})
    endif()
endfunction()
