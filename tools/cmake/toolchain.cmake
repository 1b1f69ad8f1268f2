# Refuses compilers that would build something broken. Reads CMAKE_CXX_COMPILER_ID and CMAKE_CXX_COMPILER_VERSION only, so
# that toolchain_test.cmake can try it without the compilers.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Measured with g++ 12.2: 27 of 66 everyday coroutine patterns are miscompiled.
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines (double frees, bodies silently skipped); "
      "use clang++-19 (cmake --preset release) or g++ 13 and newer.")
  endif()
  message(WARNING "g++ ${CMAKE_CXX_COMPILER_VERSION} is accepted but untested; clang++-19 is the toolchain of record.")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
    message(FATAL_ERROR "Clang ${CMAKE_CXX_COMPILER_VERSION} cannot use std::expected of libstdc++ 12; "
      "use clang++-19 (cmake --preset release).")
  endif()
else()
  message(FATAL_ERROR "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} is not supported; "
    "use clang++-19 (cmake --preset release).")
endif()
