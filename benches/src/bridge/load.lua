-- Each request reads one of the paths of a file, which is the first argument; the second is the token.
local requests = {}
local thread = 0

function setup(one)
    one:set("id", thread)
    thread = thread + 1
end

function init(arguments)
    math.randomseed(id + 1)
    local headers = { ["X-Vault-Token"] = arguments[2] }
    for path in io.lines(arguments[1]) do
        requests[#requests + 1] = wrk.format("GET", path, headers)
    end
end

function request()
    return requests[math.random(#requests)]
end

-- What `Load` reads.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "RESULT %d %d %d %d %d %d\n",
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout
    ))
end
