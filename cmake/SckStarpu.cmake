# StarPU 1.4 or 1.3 as PkgConfig::starpu: SCK_STARPU's if that names a prefix, by
# default the one `./dev setup --starpu` has built; else what pkg-config finds.
set(private "")
if(EXISTS ${PROJECT_BINARY_DIR}/starpu/.build-starpu)
  set(private ${PROJECT_BINARY_DIR}/starpu)
endif()
set(SCK_STARPU "${private}" CACHE PATH "prefix of a private StarPU")
if(SCK_STARPU)
  get_filename_component(starpu_prefix ${SCK_STARPU} ABSOLUTE
    BASE_DIR ${PROJECT_SOURCE_DIR})
  if(NOT EXISTS ${starpu_prefix}/lib/pkgconfig)
    message(FATAL_ERROR "SCK_STARPU: no ${starpu_prefix}/lib/pkgconfig")
  endif()
  set(ENV{PKG_CONFIG_PATH} "${starpu_prefix}/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
  set(SCK_STARPU_RPATH ${starpu_prefix}/lib)
endif()
pkg_search_module(starpu REQUIRED IMPORTED_TARGET starpu-1.4 starpu-1.3)
message(STATUS "StarPU ${starpu_VERSION} in ${starpu_PREFIX}")

# Tasks run on GPUs where both StarPU and the kernels are built for them.
include(CheckCSourceCompiles)
include(CMakePushCheckState)
cmake_push_check_state()
set(CMAKE_REQUIRED_INCLUDES ${starpu_INCLUDE_DIRS})
unset(SCK_STARPU_HAS_CUDA CACHE)
check_c_source_compiles("#include <starpu_config.h>
#ifndef STARPU_USE_CUDA
#error CPU only
#endif
int main(void) { return 0; }" SCK_STARPU_HAS_CUDA)
cmake_pop_check_state()
set(SCK_TASKS_ON_CUDA OFF)
if(SCK_STARPU_HAS_CUDA AND TARGET sck_cuda)
  set(SCK_TASKS_ON_CUDA ON)
  find_package(CUDAToolkit REQUIRED)
endif()
