# cmake -P toolchain_test.cmake: which compilers are refused, and that the sentence names the way out.

function(expect id version outcome words)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DCMAKE_CXX_COMPILER_ID=${id} -DCMAKE_CXX_COMPILER_VERSION=${version}
      -P ${CMAKE_CURRENT_LIST_DIR}/toolchain.cmake
    RESULT_VARIABLE status ERROR_VARIABLE said)
  string(REGEX REPLACE "[ \n]+" " " said "${said}")
  if(status EQUAL 0)
    set(found accepted)
  else()
    set(found refused)
  endif()
  if(NOT found STREQUAL outcome OR NOT said MATCHES "${words}")
    message(SEND_ERROR "${id} ${version} must be ${outcome} with \"${words}\", but was ${found} with \"${said}\"")
  endif()
endfunction()

expect(GNU 12.2.0 refused "g\\+\\+ 12.2.0 miscompiles coroutines .* use clang\\+\\+-19")
expect(GNU 11.3.0 refused "use clang\\+\\+-19")
expect(GNU 13.1.0 accepted "accepted but untested")
expect(Clang 18.1.8 refused "Clang 18.1.8 cannot use std::expected .* use clang\\+\\+-19")
expect(Clang 19.1.7 accepted "")
expect(Clang 20.1.0 accepted "")
expect(MSVC 19.40 refused "MSVC 19.40 is not supported.*use clang\\+\\+-19")
