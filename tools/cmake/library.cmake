# wavetank_library(DEPS <our folders> LINK <third-party targets> TEST_DEPS <our folders> TEST_LINK <targets> TEST_DATA <dir>)
#
# Makes the library of the current folder. runtime/value becomes the target wavetank_runtime_value; names in DEPS are
# folders ("runtime/base"). Files sort themselves by name:
#   *_test.cpp   one GoogleTest program of the folder, its cases known to ctest
#   *_bench.cpp  one Google Benchmark program of the folder (target <library>_bench)
#   *_fuzz.cpp   one libFuzzer program each (preset `fuzz`); ctest gives each a short run
#   other *.cpp  the library
# A folder without library sources is a header-only library.

option(WAVETANK_TESTS "Build the tests" ON)
option(WAVETANK_BENCHMARKS "Build the benchmarks" ON)

find_package(GTest QUIET)
find_package(benchmark QUIET)
include(GoogleTest)

# Every library, for the install rules.
set_property(GLOBAL PROPERTY WAVETANK_LIBRARIES "")

# All unit tests of runtime/ and sim/: what tools/test runs under the sanitizers too.
add_custom_target(unit_tests)
# All fuzzers (preset `fuzz`) and all benchmarks.
add_custom_target(fuzzers)
add_custom_target(benchmarks)

function(wavetank_target_name folder out)
  string(REPLACE "/" "_" name "wavetank_${folder}")
  set(${out} ${name} PARENT_SCOPE)
endfunction()

function(wavetank_link target visibility)
  foreach(folder IN LISTS ARGN)
    wavetank_target_name(${folder} dep)
    target_link_libraries(${target} ${visibility} ${dep})
  endforeach()
endfunction()

function(wavetank_library)
  cmake_parse_arguments(ARG "" "TEST_DATA" "DEPS;LINK;TEST_DEPS;TEST_LINK;GENERATED" ${ARGN})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  wavetank_target_name(${folder} target)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(benches ${sources})
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  set(fuzzers ${sources})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  list(APPEND sources ${ARG_GENERATED})

  if(sources)
    add_library(${target} STATIC ${sources})
    set(visibility PUBLIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:wavetank_flags>)
  else()
    add_library(${target} INTERFACE)
    set(visibility INTERFACE)
  endif()
  target_include_directories(${target} ${visibility}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
    $<INSTALL_INTERFACE:include/wavetank>)
  target_compile_features(${target} ${visibility} cxx_std_23)
  wavetank_link(${target} ${visibility} ${ARG_DEPS})
  target_link_libraries(${target} ${visibility} ${ARG_LINK})
  set_property(GLOBAL APPEND PROPERTY WAVETANK_LIBRARIES ${target})

  if(tests AND WAVETANK_TESTS AND GTest_FOUND)
    add_executable(${target}_test ${tests})
    target_link_libraries(${target}_test PRIVATE ${target} wavetank_flags GTest::gmock GTest::gtest_main ${ARG_TEST_LINK})
    wavetank_link(${target}_test PRIVATE ${ARG_TEST_DEPS})
    target_compile_definitions(${target}_test PRIVATE WAVETANK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    gtest_discover_tests(${target}_test TEST_PREFIX "${folder}/" DISCOVERY_MODE PRE_TEST
      PROPERTIES LABELS "unit" TIMEOUT 600)
    # The gates of tools/bench are unit tests of runtime and sim together.
    if(folder MATCHES "^(runtime|sim)/|^tools/bench$")
      add_dependencies(unit_tests ${target}_test)
    endif()
  endif()
  if(benches AND WAVETANK_BENCHMARKS AND benchmark_FOUND)
    add_executable(${target}_bench ${benches})
    target_link_libraries(${target}_bench PRIVATE ${target} wavetank_flags benchmark::benchmark benchmark::benchmark_main)
    add_dependencies(benchmarks ${target}_bench)
    wavetank_link(${target}_bench PRIVATE ${ARG_TEST_DEPS})
    target_link_libraries(${target}_bench PRIVATE ${ARG_TEST_LINK})
    target_compile_definitions(${target}_bench PRIVATE WAVETANK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  endif()
  if(fuzzers AND WAVETANK_FUZZ)
    foreach(file IN LISTS fuzzers)
      get_filename_component(name ${file} NAME_WE)
      add_executable(${target}_${name} ${file})
      target_link_libraries(${target}_${name} PRIVATE ${target} wavetank_flags)
      target_compile_options(${target}_${name} PRIVATE -fsanitize=fuzzer)
      target_link_options(${target}_${name} PRIVATE -fsanitize=fuzzer)
      add_dependencies(fuzzers ${target}_${name})
      # The same inputs every time; a real hunt is started by hand, without -runs and -seed.
      add_test(NAME ${folder}/${name} COMMAND ${target}_${name} -runs=20000 -seed=1 -max_len=2000)
      set_tests_properties(${folder}/${name} PROPERTIES LABELS "fuzz" TIMEOUT 600)
    endforeach()
  endif()
endfunction()
