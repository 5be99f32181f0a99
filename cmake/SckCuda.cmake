# The GPU kernels, where there is a CUDA compiler: sck_cuda. Linked where StarPU
# is built with CUDA too (SckStarpu), compiled and linked into nothing elsewhere.
option(SCK_WITH_CUDA "GPU kernels, if a CUDA compiler is found" ON)
if(SCK_WITH_CUDA AND NOT SCK_SANITIZE AND SCK_CODELET_cuda)
  find_program(SCK_NVCC nvcc HINTS ENV CUDA_HOME PATHS /usr/local/cuda
    PATH_SUFFIXES bin)
  if(SCK_NVCC AND NOT DEFINED ENV{CUDACXX} AND NOT CMAKE_CUDA_COMPILER)
    set(ENV{CUDACXX} ${SCK_NVCC})
  endif()
  include(CheckLanguage)
  check_language(CUDA)
endif()
if(SCK_WITH_CUDA AND NOT SCK_SANITIZE AND SCK_CODELET_cuda AND CMAKE_CUDA_COMPILER)
  if(NOT CMAKE_CUDA_ARCHITECTURES)
    # Machine code for A100 and H100, PTX for what comes after.
    set(CMAKE_CUDA_ARCHITECTURES 80-real 90)
  endif()
  enable_language(CUDA)
  add_library(sck_cuda STATIC ${SCK_CODELET_cuda} memory/constants_cuda.cu
    memory/device_graph_cuda.cu memory/device_graphs_cuda.cu memory/device_room_cuda.cu memory/device_scratch_cuda.cu)
  set_target_properties(sck_cuda PROPERTIES CUDA_STANDARD 17
    CUDA_STANDARD_REQUIRED ON CUDA_RUNTIME_LIBRARY Shared
    POSITION_INDEPENDENT_CODE ON)
  # Encoding must give the CPU's bits: no contraction into fma.
  target_compile_options(sck_cuda PRIVATE --fmad=false --Werror=all-warnings
    -Xcompiler=-Wall,-Wextra,-Wshadow,-Werror,-fvisibility=hidden)
  foreach(folder memory codelets ${SCK_CODELET_folders})
    target_include_directories(sck_cuda PRIVATE ${PROJECT_SOURCE_DIR}/${folder})
  endforeach()
endif()
