"""Redis: each shard is one packed string, and a Lua script applies a round's updates and returns its rows.

Both shards live in one server, which runs scripts one after another; both calls of a round go in one pipeline.
"""

from __future__ import annotations

import redis

from lanes import SHARDS, FusedDriver, values_of
from measure import ACTIONS, STEP_SIZE, Clocks, measure, options, processes, report

BYTES_PER_VALUE = 4
ROUND = f"""
local key, cells, targets, rows = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local call, pack, unpack = redis.call, struct.pack, struct.unpack
for position = 1, #cells, {BYTES_PER_VALUE} do
    local first = unpack('<I4', cells, position) * {BYTES_PER_VALUE}
    local old = unpack('<f', call('GETRANGE', key, first, first + {BYTES_PER_VALUE - 1}))
    local target = unpack('<f', targets, position)
    call('SETRANGE', key, first, pack('<f', old + {STEP_SIZE} * (target - old)))
end
local answer = {{}}
for position = 1, #rows, {BYTES_PER_VALUE} do
    local first = unpack('<I4', rows, position) * {BYTES_PER_VALUE * ACTIONS}
    answer[#answer + 1] = call('GETRANGE', key, first, first + {BYTES_PER_VALUE * ACTIONS - 1})
end
return table.concat(answer)
"""


def main() -> None:
    run = options(__doc__, redis=True)
    server = redis.Redis.from_url(run.redis)
    keys = [f"shard:{number}" for number in range(SHARDS)]
    row_count = (run.states + SHARDS - 1) // SHARDS
    for key in keys:
        server.delete(key)
        server.setrange(key, row_count * ACTIONS * BYTES_PER_VALUE - 1, b"\0")
    script = server.script_load(ROUND)
    driver = FusedDriver(run.lanes, run.states)

    def play() -> tuple[int, float]:
        pipeline = server.pipeline(transaction=False)
        for key, message in zip(keys, driver.messages()):
            pipeline.evalsha(script, 1, key, *(array.tobytes() for array in message))
        return driver.accept([values_of(answer) for answer in pipeline.execute()])

    result = measure(play, run, Clocks(servers=processes(run.redis_pid)))
    report("Redis", "Lua over packed strings", run, result)


if __name__ == "__main__":
    main()
