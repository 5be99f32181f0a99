# The two shared libraries, made of the modules' own objects, and what installs.
# A module's objects are compiled once; only what SCK_API marks is exported.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(SCK_HEADERS_AT ${CMAKE_INSTALL_INCLUDEDIR}/starcloak)
set(SCK_PACKAGE_AT ${CMAKE_INSTALL_LIBDIR}/cmake/starcloak)
# pkg-config's prefix is found from the file's own place: the tree may be moved.
file(RELATIVE_PATH SCK_PC_PREFIX
  /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)

# sck_shared(NAME EXPORT MODULE...): libNAME.so, starcloak::EXPORT to users.
# Private libraries stay private: users need neither their headers nor flags.
function(sck_shared name export)
  set(target sck_lib_${export})
  add_library(${target} SHARED)
  foreach(module IN LISTS ARGN)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:sck_${module}>)
    get_target_property(folders sck_${module} INTERFACE_INCLUDE_DIRECTORIES)
    get_target_property(libraries sck_${module} LINK_LIBRARIES)
    foreach(library IN LISTS libraries)
      if(NOT library MATCHES "^sck_" OR library STREQUAL "sck_starpu")
        list(APPEND outside ${library})
      endif()
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES outside)
  target_link_libraries(${target} PRIVATE ${outside})
  target_include_directories(${target} INTERFACE
    $<INSTALL_INTERFACE:${SCK_HEADERS_AT}>)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C
    OUTPUT_NAME ${name} EXPORT_NAME ${export}
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  if(NOT SCK_SANITIZE AND NOT APPLE)
    target_link_options(${target} PRIVATE LINKER:--no-undefined,--as-needed)
  endif()
  add_library(starcloak::${export} ALIAS ${target})
  install(TARGETS ${target} EXPORT starcloakTargets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})

  set(SCK_PC_NAME ${name})
  configure_file(${PROJECT_SOURCE_DIR}/cmake/starcloak.pc.in
    ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

file(GLOB client_headers CONFIGURE_DEPENDS memory/sck_status.h fhe/sck_params.h
  fhe/sck_scale.h fhe/sck_encrypted.h fhe/sck_file.h fhe/client/sck_*.h)
set(headers ${client_headers})
if(TARGET sck_client)
  sck_shared(starcloak-client client base kernels scheme client)
  install(TARGETS starcloak-client DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET sck_models)
  sck_shared(starcloak starcloak
    base runtime kernels glue perfmodels scheme eval
    graph tensors models)
  install(TARGETS starcloak DESTINATION ${CMAKE_INSTALL_BINDIR})
  # A private StarPU is found where it is.
  set_target_properties(sck_lib_starcloak starcloak PROPERTIES
    INSTALL_RPATH "${SCK_STARPU_RPATH}")
  file(GLOB headers CONFIGURE_DEPENDS memory/sck_*.h fhe/sck_*.h
    fhe/client/sck_*.h graph/sck_*.h models/sck_*.h models/starcloak.h)
endif()
install(FILES ${headers} DESTINATION ${SCK_HEADERS_AT})

configure_package_config_file(cmake/starcloakConfig.cmake.in
  ${PROJECT_BINARY_DIR}/starcloakConfig.cmake
  INSTALL_DESTINATION ${SCK_PACKAGE_AT})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/starcloakConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(EXPORT starcloakTargets NAMESPACE starcloak::
  DESTINATION ${SCK_PACKAGE_AT})
install(FILES ${PROJECT_BINARY_DIR}/starcloakConfig.cmake
  ${PROJECT_BINARY_DIR}/starcloakConfigVersion.cmake
  DESTINATION ${SCK_PACKAGE_AT})
