#ifndef ASSAY_CMALLOC_SHIM_H
#define ASSAY_CMALLOC_SHIM_H

#include <malloc.h>

// glibc raises the size from which a block has pages of its own to that of the largest block freed
// so far, up to 32 MiB, and then keeps such blocks in its heaps. Set, it stays.
static inline int assay_keep_no_block_from(int bytes) {
    return mallopt(M_MMAP_THRESHOLD, bytes) == 1;
}

#endif
