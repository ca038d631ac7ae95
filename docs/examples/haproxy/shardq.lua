-- Lets `shardq serve` choose the server of each request of a backend, by how many requests are at each server now.
--
--     setenv SHARDQ_ADDRESS 127.0.0.1:8080
--     setenv SHARDQ_CAPACITY 8
--     lua-load shardq.lua
--     …
--     http-request lua.choose BACKEND
--     use-server %[var(txn.server)] if { var(txn.server) -m found }
--
-- SHARDQ_CAPACITY is the most requests that the policy knows of a server (`--capacity`); more count as that many. The servers of
-- BACKEND are called s1, s2, … in the order of the policy's rates. Where no answer comes within SHARDQ_PATIENCE seconds (1), or none
-- that names a server, txn.server stays unset and the backend's own `balance` decides, as it does for the next two seconds.

local address = assert(os.getenv("SHARDQ_ADDRESS"), "shardq.lua: setenv SHARDQ_ADDRESS before lua-load: 127.0.0.1:8080")
local host, port = string.match(address, "^([%d.]+):(%d+)$")
assert(host, "shardq.lua: SHARDQ_ADDRESS is " .. address .. ", not an address and a port as 127.0.0.1:8080")
port = tonumber(port)
local capacity = assert(
    tonumber(os.getenv("SHARDQ_CAPACITY")),
    "shardq.lua: setenv SHARDQ_CAPACITY before lua-load: the most requests that the policy knows of a server"
)
-- Seconds that a request waits for its answer.
local patience = tonumber(os.getenv("SHARDQ_PATIENCE") or 1)
local question = "POST /decide HTTP/1.1\r\nHost: " .. address
    .. "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"

-- The requests at each server, those in service included, as JSON; nothing for a backend without such servers.
local function observation(backend)
    local servers = core.backends[backend] and core.backends[backend].servers or {}
    local fields = {}
    while servers["s" .. #fields + 1] do
        local now = servers["s" .. #fields + 1]:get_stats()
        fields[#fields + 1] = string.format('"server %d":%d', #fields + 1, math.min(now.scur + now.qcur, capacity))
    end
    return #fields > 0 and "{" .. table.concat(fields, ",") .. "}" or nil, #fields
end

-- When the server of policies may be asked again after it did not answer, in seconds.
local resumption = 0

-- The answer to a question, as the whole text of HTTP; nothing where it does not come in time.
local function answer(body)
    local socket = core.tcp()
    socket:settimeout(patience)
    local text
    if socket:connect(host, port) then
        socket:send(string.format(question, #body, body))
        text = socket:receive("*a")
    end
    socket:close()
    return text
end

core.register_action("choose", { "http-req" }, function(txn, backend)
    local seen, count = observation(backend)
    if not seen then
        core.Alert("shardq.lua: there is no backend " .. backend .. " with a server s1")
        return
    end
    if core.now().sec < resumption then return end
    local text = answer(seen)
    local action = text and string.find(text, "^HTTP/1.1 200 ") and tonumber(string.match(text, '"action"%s*:%s*(%d+)'))
    if action and action < count then
        txn:set_var("txn.server", "s" .. math.tointeger(action) + 1)
    else
        -- Not each request is to wait for a server that is away.
        resumption = core.now().sec + 2
    end
end, 1)
