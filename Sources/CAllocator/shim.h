// glibc's module for Swift leaves its allocator's limits out.
#include <malloc.h>
