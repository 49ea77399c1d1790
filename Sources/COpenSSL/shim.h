#ifndef ASSAY_COPENSSL_SHIM_H
#define ASSAY_COPENSSL_SHIM_H

// The streaming SHA-256 calls keep their whole state in one plain struct: no allocation, no
// provider look-up, and twice the rate of the EVP route for the 65-byte inputs of a Merkle tree.
// They are marked deprecated in favour of EVP, which is used here for everything else.
#define OPENSSL_SUPPRESS_DEPRECATED 1

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#endif
