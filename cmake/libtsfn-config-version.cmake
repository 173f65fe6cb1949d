# SPDX-License-Identifier: MIT
file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../include/tsfn/version.h" version_line
     REGEX "#define TSFN_VERSION \"")
string(REGEX REPLACE ".*\"(.*)\".*" "\\1" PACKAGE_VERSION "${version_line}")

# As in npm's ^: before 1.0 the minor version must be the same.
string(REGEX MATCH "^(0\\.[0-9]+|[1-9][0-9]*)" have "${PACKAGE_VERSION}")
string(REGEX MATCH "^(0\\.[0-9]+|[1-9][0-9]*)" want "${PACKAGE_FIND_VERSION}")
if(NOT PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION
   AND (have STREQUAL want OR NOT PACKAGE_FIND_VERSION))
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
  if(PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_EXACT TRUE)
  endif()
endif()
