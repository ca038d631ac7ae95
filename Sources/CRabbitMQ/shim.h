// What Swift needs of librabbitmq, with inline functions for what it cannot import (variadic calls).
#ifndef SHARDQ_CRABBITMQ_SHIM_H
#define SHARDQ_CRABBITMQ_SHIM_H

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

#endif
