# SPDX-License-Identifier: MIT

# Sets TSFN_NODE_API_INCLUDE_DIR to a folder that has node_api.h, or stops.
function(tsfn_find_node_api_headers)
  set(candidates "${TSFN_NODE_API_INCLUDE_DIR}")
  if(NOT TSFN_NODE_API_INCLUDE_DIR)
    set(candidates ${CMAKE_JS_INC})
    foreach(expression
        "require('node-api-headers').include_dir"
        "require('path').resolve(process.execPath, '../../include/node')")
      execute_process(
        COMMAND node -p "${expression}"
        WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
        OUTPUT_VARIABLE answer ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
      list(APPEND candidates "${answer}")
    endforeach()
  endif()
  foreach(candidate IN LISTS candidates)
    if(EXISTS "${candidate}/node_api.h")
      set(TSFN_NODE_API_INCLUDE_DIR "${candidate}" CACHE PATH
          "The folder of node_api.h" FORCE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR
    "libtsfn needs node_api.h and looked in: ${candidates}. Install the npm "
    "package node-api-headers or set TSFN_NODE_API_INCLUDE_DIR.")
endfunction()
