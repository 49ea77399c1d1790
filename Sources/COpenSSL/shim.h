#ifndef ASSAY_COPENSSL_SHIM_H
#define ASSAY_COPENSSL_SHIM_H

// The streaming SHA-256 calls keep their whole state in one plain struct: no allocation, no
// provider look-up, and twice the rate of the EVP route for the 65-byte inputs of a Merkle tree.
// They are marked deprecated in favour of EVP, which is used here for everything else.
#define OPENSSL_SUPPRESS_DEPRECATED 1

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

// Swift does not import macros that hold casts or other macros' sums.
enum {
    ASSAY_PUBLIC_KEY = EVP_PKEY_PUBLIC_KEY,
    ASSAY_KEY_PAIR = EVP_PKEY_KEYPAIR,
    ASSAY_RSA_PSS_PADDING = RSA_PKCS1_PSS_PADDING,
};

// Whether the newest error of this thread is a failed allocation: the one failure that says
// nothing about the input.
static inline int assay_last_error_is_memory(void) {
    return ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
}

// Whether the oldest error of this thread says that a cipher or key derivation could not be set
// up, as distinct from a decryption that went wrong.
static inline int assay_first_error_is_cipher_setup(void) {
    unsigned long error = ERR_peek_error();
    return ERR_GET_LIB(error) == ERR_LIB_EVP && ERR_GET_REASON(error) != EVP_R_BAD_DECRYPT;
}

// Frees what libcrypto allocated, first overwriting it: some of it is key material.
static inline void assay_clear_free(void *bytes, int count) {
    OPENSSL_clear_free(bytes, count > 0 ? (size_t)count : 0);
}

#endif
