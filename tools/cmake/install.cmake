# `cmake --install`: headers, libraries and `find_package(Wavetank)`.
#
#   find_package(Wavetank REQUIRED)                       everything
#   find_package(Wavetank REQUIRED COMPONENTS runtime)    only what a production binary links
#
#   Wavetank::runtime   the controller runtime
#   Wavetank::testing   the simulated cluster and its GoogleTest face
#   Wavetank::cli       the whole command line, for a main of your own that registers your controllers
#
# Each folder's library can be had alone as well: Wavetank::runtime_value, Wavetank::sim_kernel, ...

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Wavetank)

# wavetank_facade(<name> <component> <library of a folder>): the target Wavetank::<name>, in the tree and installed.
function(wavetank_facade name component library)
  if(NOT TARGET ${library})
    return()
  endif()
  add_library(wavetank_facade_${name} INTERFACE)
  foreach(part ${library} ${ARGN})
    if(TARGET ${part})  # a folder that is not there yet has no library
      target_link_libraries(wavetank_facade_${name} INTERFACE ${part})
    endif()
  endforeach()
  set_target_properties(wavetank_facade_${name} PROPERTIES EXPORT_NAME ${name})
  add_library(Wavetank::${name} ALIAS wavetank_facade_${name})
  install(TARGETS wavetank_facade_${name} EXPORT Wavetank_${component})
endfunction()

get_property(libraries GLOBAL PROPERTY WAVETANK_LIBRARIES)
foreach(library IN LISTS libraries)
  string(REGEX REPLACE "^wavetank_" "" name ${library})
  if(name MATCHES "^runtime_")
    set(component runtime)
  elseif(name MATCHES "^sim_|^tools_cli$|^tools_conformance$")
    set(component simulation)
  else()
    continue()
  endif()
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS ${library} EXPORT Wavetank_${component} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/wavetank)
endforeach()

wavetank_facade(runtime runtime wavetank_runtime_manager wavetank_runtime_wire wavetank_runtime_net)
wavetank_facade(testing simulation wavetank_sim_testing wavetank_facade_runtime)
wavetank_facade(cli simulation wavetank_tools_cli wavetank_facade_runtime)

foreach(component runtime simulation)
  install(EXPORT Wavetank_${component} NAMESPACE Wavetank:: DESTINATION ${package_dir}
    FILE Wavetank-${component}-targets.cmake)
endforeach()

# Headers keep their paths: #include "runtime/manager/manager.h". The typed views are made at build time.
foreach(folder runtime sim tools/cli tools/conformance)
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${folder})
    install(DIRECTORY ${folder}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/wavetank/${folder}
      FILES_MATCHING PATTERN "*.h" PATTERN "testdata" EXCLUDE PATTERN "*_test_util.h" EXCLUDE
      # What runtime/net keeps to itself speaks Boost and OpenSSL.
      REGEX "/net/(bounded_body|connection|event_loop_impl|http_head)\\.h$" EXCLUDE)
  endif()
endforeach()
install(DIRECTORY ${PROJECT_BINARY_DIR}/generated/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/wavetank
  FILES_MATCHING PATTERN "*.h")
foreach(program wavetank wavetank-gen)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(tools/cmake/WavetankConfig.cmake.in ${PROJECT_BINARY_DIR}/WavetankConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/WavetankConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/WavetankConfig.cmake ${PROJECT_BINARY_DIR}/WavetankConfigVersion.cmake
  DESTINATION ${package_dir})
