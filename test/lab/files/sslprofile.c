/* EL9's OpenSSL reads the crypto policy where a cipher list begins with PROFILE=SYSTEM; Debian's does not. Interpose. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
struct ssl_ctx_st;
int SSL_CTX_set_cipher_list(struct ssl_ctx_st *ctx, const char *list) {
  static const char word[] = "PROFILE=SYSTEM";
  char policy[4096];
  void *library = dlopen("libssl.so.3", RTLD_LAZY);
  int (*real)(struct ssl_ctx_st *, const char *) = library ? (int (*)(struct ssl_ctx_st *, const char *))dlsym(library, "SSL_CTX_set_cipher_list") : 0;
  if (!real) return 0;
  if (strncmp(list, word, sizeof word - 1) != 0) return real(ctx, list);
  FILE *file = fopen("/etc/crypto-policies/back-ends/openssl.config", "r");
  /* As EL9's does, in a chroot say. */
  if (!file || !fgets(policy, sizeof policy, file)) strcpy(policy, "ALL:!COMPLEMENTOFDEFAULT:!eNULL");
  if (file) fclose(file);
  policy[strcspn(policy, "\n")] = 0;
  strncat(policy, list + sizeof word - 1, sizeof policy - strlen(policy) - 1);
  return real(ctx, policy);
}
