# A faster malloc for our own programs (the command line and the benchmarks): every schedule makes and drops some hundred
# small objects of the standard library. Libraries stay free of it; a user's program chooses for itself. Not under the
# sanitizers, which bring their own. Debian: libtcmalloc-minimal4. Without it everything works, about a tenth slower.
find_library(WAVETANK_MALLOC NAMES libtcmalloc_minimal.so.4 tcmalloc_minimal)
mark_as_advanced(WAVETANK_MALLOC)

function(wavetank_fast_malloc target)
  if(WAVETANK_MALLOC AND NOT WAVETANK_SANITIZE AND CMAKE_BUILD_TYPE STREQUAL "Release")
    target_link_libraries(${target} PRIVATE ${WAVETANK_MALLOC})
  endif()
endfunction()
