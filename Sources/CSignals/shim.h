// Sets of signals are memory that the C library fills: Swift would need pointers for them.
#include <signal.h>
#include <stddef.h>

static inline void shardq_unblock_all_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
