#ifndef ASSAY_CZLIB_SHIM_H
#define ASSAY_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 is a macro, which Swift does not import. Window bits of -15 read raw deflate data,
// as ZIP members hold it.
static inline int assay_raw_inflate_init(z_stream *stream) {
    return inflateInit2(stream, -15);
}

#endif
