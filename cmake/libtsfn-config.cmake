# SPDX-License-Identifier: MIT

# find_package(libtsfn CONFIG): the library is built from source, in the build
# of the addon, with the addon's compiler.
if(NOT TARGET tsfn::tsfn)
  add_subdirectory("${CMAKE_CURRENT_LIST_DIR}/.."
                   "${CMAKE_CURRENT_BINARY_DIR}/libtsfn" EXCLUDE_FROM_ALL)
endif()
