// The digests of OpenSSL's libcrypto, on which librabbitmq stands. Declared here because OpenSSL's headers would import all of it.
#ifndef SHARDQ_CCRYPTO_SHIM_H
#define SHARDQ_CCRYPTO_SHIM_H

#include <stddef.h>

struct evp_md_ctx_st;
struct evp_md_st;
struct engine_st;
struct evp_md_ctx_st *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(struct evp_md_ctx_st *context);
const struct evp_md_st *EVP_sha256(void);
int EVP_DigestInit_ex(struct evp_md_ctx_st *context, const struct evp_md_st *type, struct engine_st *engine);
int EVP_DigestUpdate(struct evp_md_ctx_st *context, const void *bytes, size_t count);
int EVP_DigestFinal_ex(struct evp_md_ctx_st *context, unsigned char *digest, unsigned int *count);

#endif
