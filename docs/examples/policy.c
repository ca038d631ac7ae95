/* Reads a file of `shardq table export --format image` and says what to do.
 *
 *     cc -o policy docs/examples/policy.c
 *     ./policy FILE            the action of every state that was visited, a line each: state action
 *     ./policy FILE L1 L2 …    the action in the state with these levels of its factors
 *
 * What a microcontroller needs is `action`: the file can lie in its flash memory, and nothing is allocated for it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNKNOWN = 255, HEAD = 24, LEVELS = 88 };

static uint32_t number(const uint8_t *bytes) {
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Whether bytes are a policy: all that is read later lies within them, and nothing of it has changed. */
static int is_policy(const uint8_t *bytes, size_t length) {
    if (length < LEVELS || memcmp(bytes, "SHARDQ1\n", 8) != 0) return 0;
    uint64_t states = number(bytes + 8), factors = number(bytes + 16), product = 1;
    if (factors > 64 || length != LEVELS + 4 * factors + states) return 0;
    for (uint64_t factor = 0; factor < factors; factor++) {
        product *= number(bytes + LEVELS + 4 * factor);
        if (product > states) return 0;
    }
    uint32_t sum = 2166136261u;
    for (size_t i = HEAD; i < length; i++) sum = (sum ^ bytes[i]) * 16777619u;
    return product == states && sum == number(bytes + 20);
}

/* The action of a state; UNKNOWN where none was ever tried: then a rule of your own has to decide. */
static int action(const uint8_t *policy, uint32_t state) {
    return policy[LEVELS + 4 * number(policy + 16) + state];
}

/* The state with these levels, the most significant first; -1 where one is beyond its factor. */
static int64_t state_of(const uint8_t *policy, const uint32_t *levels) {
    int64_t state = 0;
    for (uint32_t factor = 0; factor < number(policy + 16); factor++) {
        uint32_t count = number(policy + LEVELS + 4 * factor);
        if (levels[factor] >= count) return -1;
        state = state * count + levels[factor];
    }
    return state;
}

int main(int argc, char **argv) {
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (!file) return fprintf(stderr, "policy: which file?\n"), 66;
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    uint8_t *policy = malloc(length ? length : 1);
    rewind(file);
    if (!policy || fread(policy, 1, length, file) != length || !is_policy(policy, length))
        return fprintf(stderr, "policy: %s is no policy, or has been changed\n", argv[1]), 65;
    if (argc == 2) {
        for (uint32_t state = 0; state < number(policy + 8); state++)
            if (action(policy, state) != UNKNOWN) printf("%u %d\n", state, action(policy, state));
        return 0;
    }
    uint32_t levels[64] = {0}, factors = number(policy + 16);
    if (argc != 2 + (int)factors) return fprintf(stderr, "policy: a level for each of %u factors\n", factors), 64;
    for (uint32_t factor = 0; factor < factors; factor++) levels[factor] = (uint32_t)strtoul(argv[2 + factor], NULL, 10);
    int64_t state = state_of(policy, levels);
    if (state < 0) return fprintf(stderr, "policy: a level is beyond its factor\n"), 64;
    printf("%d\n", action(policy, (uint32_t)state));
    return 0;
}
