// What Swift needs of librabbitmq, with inline functions for what it cannot import (variadic calls).
#ifndef SHARDQ_CRABBITMQ_SHIM_H
#define SHARDQ_CRABBITMQ_SHIM_H

#include <poll.h>
#include <signal.h>
#include <time.h>

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

static inline amqp_rpc_reply_t shardq_login_plain(
    amqp_connection_state_t connection, const char *virtualHost, int channelMaximum, int frameMaximum,
    int heartbeatSeconds, const amqp_table_t *properties, const char *user, const char *password) {
    return amqp_login_with_properties(
        connection, virtualHost, channelMaximum, frameMaximum, heartbeatSeconds, properties,
        AMQP_SASL_METHOD_PLAIN, user, password);
}

// Whether there is something to read at a socket, or its end, within nanoseconds: the library waits whole milliseconds. Declared here because
// glibc shows the function to programs alone that ask for all of GNU's.
int ppoll(struct pollfd *sockets, nfds_t count, const struct timespec *limit, const sigset_t *signals);

static inline int shardq_await_readable(int socket, long nanoseconds) {
    struct pollfd entry = {.fd = socket, .events = POLLIN};
    struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    return ppoll(&entry, 1, &limit, NULL) > 0;
}

// Functions of OpenSSL, on which librabbitmq stands: the library itself compares a certificate with host names only.
// Declared here because OpenSSL's headers would import all of it.
struct ssl_ctx_st;
struct X509_VERIFY_PARAM_st;
struct X509_VERIFY_PARAM_st *SSL_CTX_get0_param(struct ssl_ctx_st *context);
int X509_VERIFY_PARAM_set1_ip_asc(struct X509_VERIFY_PARAM_st *parameters, const char *address);

unsigned long ERR_peek_last_error(void);
void ERR_clear_error(void);

// Forgets what this thread's earlier handshakes have met.
static inline void shardq_forget_tls_errors(void) { ERR_clear_error(); }

// Whether the last handshake of this thread ended because the peer closed the connection, which the library does not tell from
// what the peer refuses: ERR_LIB_SSL with SSL_R_UNEXPECTED_EOF_WHILE_READING, or nothing at all.
static inline int shardq_tls_was_cut(void) {
    unsigned long error = ERR_peek_last_error();
    return error == 0 || ((error >> 23 & 0xFF) == 20 && (error & 0x7FFFFF) == 294);
}

// Lets OpenSSL verify that the peer's certificate holds an IP address; answers 1 when it will.
static inline int shardq_verify_ip_address(amqp_socket_t *socket, const char *address) {
    struct ssl_ctx_st *context = (struct ssl_ctx_st *)amqp_ssl_socket_get_context(socket);
    return context != NULL && X509_VERIFY_PARAM_set1_ip_asc(SSL_CTX_get0_param(context), address) == 1;
}

#endif
