# The toolchain of record, and the flags everything is built with.

include(${CMAKE_CURRENT_LIST_DIR}/toolchain.cmake)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(WAVETANK_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")
option(WAVETANK_FUZZ "Build the fuzz targets, and everything with the coverage they need (clang only)" OFF)

# Warnings and flags of our own code; not passed on to a consumer.
add_library(wavetank_flags INTERFACE)
# -Wno-deprecated-declarations: std::stable_sort of libstdc++ 12 itself uses a deprecated function.
target_compile_options(wavetank_flags INTERFACE
  -Wall -Wextra -Werror -Wno-missing-field-initializers -Wno-deprecated-declarations -ffp-contract=off
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(WAVETANK_SANITIZE)
  add_compile_options(-fsanitize=${WAVETANK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${WAVETANK_SANITIZE})
endif()
if(WAVETANK_FUZZ)
  if(NOT WAVETANK_SANITIZE)
    message(FATAL_ERROR "WAVETANK_FUZZ needs the sanitizers' runtime; use cmake --preset fuzz.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  find_program(WAVETANK_LLD NAMES ld.lld-19 ld.lld)
  if(WAVETANK_LLD)
    add_link_options(-fuse-ld=${WAVETANK_LLD})
  endif()
endif()
# Release builds are optimised for the paths that schedules take: half as many again a second. The profile goes by functions;
# those that have changed since it was made are compiled without. tools/profile makes it anew.
set(WAVETANK_PROFILE "use" CACHE STRING "The profile of release builds: use, make or off")
if(NOT WAVETANK_PROFILE MATCHES "^(use|make|off)$")
  message(FATAL_ERROR "WAVETANK_PROFILE is \"${WAVETANK_PROFILE}\"; it may be use, make or off.")
endif()
set(wavetank_profile ${PROJECT_SOURCE_DIR}/tools/cmake/release.profdata)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT WAVETANK_SANITIZE)
  # Functions of one file are told apart by the file's name without its folders, which differ between clones.
  set(by_file "SHELL:-mllvm -static-func-full-module-prefix=false")
  if(WAVETANK_PROFILE STREQUAL "make")
    add_compile_options(-fprofile-generate ${by_file})
    add_link_options(-fprofile-generate)
  elseif(WAVETANK_PROFILE STREQUAL "use" AND EXISTS ${wavetank_profile})
    # Another profile is another command, so that everything is built anew.
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${wavetank_profile})
    file(MD5 ${wavetank_profile} which)
    add_compile_definitions(WAVETANK_BUILT_WITH_PROFILE=0x${which})
    # Ninja compiles in the build folder; a path without the clone's own lets clones share a compiler cache.
    if(CMAKE_GENERATOR STREQUAL "Ninja")
      file(RELATIVE_PATH wavetank_profile ${CMAKE_BINARY_DIR} ${wavetank_profile})
    endif()
    add_compile_options(-fprofile-use=${wavetank_profile} ${by_file} -Wno-profile-instr-out-of-date
      -Wno-profile-instr-unprofiled -Wno-backend-plugin)
  endif()
endif()
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

enable_testing()
