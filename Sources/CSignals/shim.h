// Sets of signals are memory that the C library fills, and the names of files are C's: Swift would need pointers for them.
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>

static inline void shardq_unblock_all_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Puts something in the place of the standard streams that are closed, for reading only: a result that cannot be written must not
// seem to be. Each gets the lowest number that is free, its own.
static inline void shardq_hold_standard_streams(void) {
    for (int number = 0; number <= 2; number++)
        if (fcntl(number, F_GETFD) == -1) (void)open("/dev/null", O_RDONLY);
}

// The columns of the terminal behind a stream; 0 where there is none, or it does not say.
static inline int shardq_terminal_columns(int stream) {
    struct winsize size;
    return ioctl(stream, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
