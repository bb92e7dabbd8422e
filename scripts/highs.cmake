# How HiGHS is built for the feature `exact` (read through .cargo/config.toml): its sources in batches, so that its headers
# are read once per batch and not once per file; no test programs; lightly optimised where cargo builds without optimisation.
set(BUILD_TESTING OFF CACHE BOOL "" FORCE)
set(CMAKE_UNITY_BUILD ON CACHE BOOL "" FORCE)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8 CACHE STRING "" FORCE)
if("$ENV{OPT_LEVEL}" STREQUAL "0")
  set(CMAKE_C_FLAGS_RELEASE "-O1 -DNDEBUG" CACHE STRING "" FORCE)
  set(CMAKE_CXX_FLAGS_RELEASE "-O1 -DNDEBUG" CACHE STRING "" FORCE)
endif()
