# sck_module(NAME SOURCES ... EXPOSES folders ... USES modules ... [LIBRARIES ...])
#
# The only way to declare a module. A module's folders are visible to those that
# name it under USES and to nobody else, so that an upward include does not
# compile (tests/lint/upward proves it).
function(sck_module name)
  cmake_parse_arguments(M "" "" "SOURCES;EXPOSES;USES;LIBRARIES" ${ARGN})
  add_library(sck_${name} STATIC ${M_SOURCES})
  set_target_properties(sck_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  foreach(folder IN LISTS M_EXPOSES)
    target_include_directories(sck_${name} PUBLIC
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/${folder}>)
  endforeach()
  foreach(used IN LISTS M_USES)
    target_link_libraries(sck_${name} PUBLIC sck_${used})
  endforeach()
  target_link_libraries(sck_${name} PRIVATE sck_flags ${M_LIBRARIES})
endfunction()

# Reads codelets.def: every folder must hold NAME.h, NAME_ref.c and
# NAME_codelet.c; the variants that exist are compiled with their own flags and
# announced as SCK_HAVE_NAME_ISA.
function(sck_read_codelets)
  set(def ${PROJECT_SOURCE_DIR}/codelets/codelets.def)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${def})
  file(STRINGS ${def} lines REGEX "^SCK_CODELET")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^SCK_CODELET\\(([a-z0-9_]+),.*" "\\1" name "${line}")
    set(at codelets/${name})
    foreach(need ${name}.h ${name}_ref.c ${name}_codelet.c)
      if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${at}/${need})
        message(FATAL_ERROR "codelets.def names ${name}, but ${at}/${need} is missing")
      endif()
    endforeach()
    list(APPEND folders ${at})
    list(APPEND kernels ${at}/${name}_ref.c)
    list(APPEND glue ${at}/${name}_codelet.c)
    foreach(isa avx2 avx512)
      if(SCK_X86 AND EXISTS ${PROJECT_SOURCE_DIR}/${at}/${name}_${isa}.c)
        list(APPEND kernels ${at}/${name}_${isa}.c)
        set_source_files_properties(${at}/${name}_${isa}.c PROPERTIES
          COMPILE_OPTIONS "${SCK_FLAGS_${isa}}")
        list(APPEND have SCK_HAVE_${name}_${isa})
      endif()
    endforeach()
    if(EXISTS ${PROJECT_SOURCE_DIR}/${at}/${name}_cuda.cu)
      list(APPEND cuda ${at}/${name}_cuda.cu)
    endif()
  endforeach()
  foreach(var folders kernels glue have cuda)
    set(SCK_CODELET_${var} ${${var}} PARENT_SCOPE)
  endforeach()
endfunction()
