#ifndef ASSAY_CZLIB_SHIM_H
#define ASSAY_CZLIB_SHIM_H

#include <stddef.h>
#include <string.h>
#include <zlib.h>

// inflateInit2 is a macro, which Swift does not import. Window bits of -15 read raw deflate data,
// as ZIP members hold it.
static inline int assay_raw_inflate_init(z_stream *stream) {
    return inflateInit2(stream, -15);
}

// The most bytes that `assay_gzip` can write for `count` bytes; 0 where that is not representable.
static inline size_t assay_gzip_bound(size_t count) {
    if (count > (size_t)1 << 30) return 0;
    return (size_t)compressBound((uLong)count) + 32;
}

// Writes `input` as one gzip member (RFC 1952) without a time or a name, so that equal input gives
// equal output; returns the number of bytes, or 0 if it failed.
static inline size_t assay_gzip(
    const unsigned char *input, size_t count, unsigned char *output, size_t capacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    // 15 window bits, plus 16 for the gzip wrapper; level 1, since entries are mostly base64 and
    // higher levels gain little on it.
    if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (Bytef *)input;
    stream.avail_in = (uInt)count;
    stream.next_out = output;
    stream.avail_out = (uInt)capacity;
    int status = deflate(&stream, Z_FINISH);
    size_t written = (size_t)stream.total_out;
    deflateEnd(&stream);
    return status == Z_STREAM_END ? written : 0;
}

#endif
