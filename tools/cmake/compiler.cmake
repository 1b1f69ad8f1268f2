# The toolchain of record, and the flags everything is built with.

# g++ before 13 miscompiles everyday coroutines (double frees, bodies silently skipped); older clangs cannot use
# std::expected of libstdc++ 12.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines; use clang++-19 (cmake --preset release) or g++ 13 and newer.")
  endif()
  message(WARNING "g++ ${CMAKE_CXX_COMPILER_VERSION} is accepted but untested; clang++-19 is the toolchain of record.")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
    message(FATAL_ERROR "Clang ${CMAKE_CXX_COMPILER_VERSION} cannot use std::expected of libstdc++ 12; use clang++-19 (cmake --preset release).")
  endif()
else()
  message(FATAL_ERROR "${CMAKE_CXX_COMPILER_ID} is not supported; use clang++-19 (cmake --preset release).")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(WAVETANK_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")

# Warnings and flags of our own code; not passed on to a consumer.
add_library(wavetank_flags INTERFACE)
# -Wno-deprecated-declarations: std::stable_sort of libstdc++ 12 itself uses a deprecated function.
target_compile_options(wavetank_flags INTERFACE
  -Wall -Wextra -Werror -Wno-missing-field-initializers -Wno-deprecated-declarations -ffp-contract=off -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(WAVETANK_SANITIZE)
  add_compile_options(-fsanitize=${WAVETANK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${WAVETANK_SANITIZE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  find_program(WAVETANK_LLD NAMES ld.lld-19 ld.lld)
  if(WAVETANK_LLD)
    add_link_options(-fuse-ld=${WAVETANK_LLD})
  endif()
endif()
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

enable_testing()
