-- Commit one channel's decisions in order (guarantee 2). Redis 6.2+, Valkey.
--
-- KEYS  1 alert log  2 stories  3 story versions  4 story changes  5 story seen  6 story state  7 story closed
--       8… done-marks, one an entry
-- ARGV  1 doorbell channel  2 done-mark seconds  3 log entries  4 log milliseconds  5 open stories
--       6 seconds of silence that close a story  7 milliseconds that a channel's stories outlive its last commit
--       then eight an entry: alert ('' none)  held (1)  story id ('' none)  story state  read version  read opened
--       opens (1)  last seen (seconds)
-- Answer, one an entry: 'noop' | 'conflict' | 'committed' | 'committed <stream id>'

local log, stories, versions, changes = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local seen, state, closed = KEYS[5], KEYS[6], KEYS[7]
local FIRST_DONE, FIRST_ENTRY, WIDTH = 8, 8, 8
local CLOSED_A_CALL = 64       -- the work of one call is bounded; the next one goes on
local CLOSED_REMEMBERED = 1000 -- a scorer that missed more closings than this starts afresh

local opened = redis.call('HGET', state, 'opened') or ''
if redis.call('HEXISTS', state, 'change') == 0 then
  -- Changes are numbered from the clock: after keys expired or were flushed, no scorer's cursor is met a second time.
  local now = redis.call('TIME')
  local first = string.format('%.0f', now[1] * 1000000 + now[2])
  redis.call('HSET', state, 'change', first, 'forgotten', first)
end
local answers = {}
local latest = nil  -- the latest time that a committed story heard of
local last_logged = nil

-- Stories that an earlier entry of this call took for changed, and was a no-op: what rests on that is placed again.
local tainted = {}

local function conflicts(story, read_version, read_opened)
  if story == '' then return false end
  if tainted[story] then return true end
  return read_opened ~= opened or (redis.call('HGET', versions, story) or '') ~= read_version
end

local function store(story, blob, version, last_seen)
  local change = redis.call('HINCRBY', state, 'change', 1)
  redis.call('HSET', stories, story, blob)
  redis.call('HSET', versions, story, version)
  redis.call('ZADD', changes, change, story)
  redis.call('ZADD', seen, last_seen, story)
  redis.call('ZREM', closed, story)
  if latest == nil or tonumber(last_seen) > latest then latest = tonumber(last_seen) end
end

local function append(alert)
  last_logged = redis.call('XADD', log, 'MAXLEN', '~', ARGV[3], '*', 'data', alert)
  return last_logged
end

local function close(story)
  redis.call('HDEL', stories, story)
  redis.call('HDEL', versions, story)
  redis.call('ZREM', changes, story)
  redis.call('ZREM', seen, story)
  redis.call('ZADD', closed, redis.call('HINCRBY', state, 'change', 1), story)
end

local function close_silent()
  local silent = redis.call('ZRANGEBYSCORE', seen, '-inf', '(' .. string.format('%.3f', latest - ARGV[6]),
                            'LIMIT', 0, CLOSED_A_CALL)
  for _, story in ipairs(silent) do close(story) end
  local surplus = math.min(redis.call('ZCARD', seen) - ARGV[5], CLOSED_A_CALL - #silent)
  if surplus > 0 then
    for _, story in ipairs(redis.call('ZRANGE', seen, 0, surplus - 1)) do close(story) end
  end
  local forget = redis.call('ZCARD', closed) - CLOSED_REMEMBERED
  if forget > 0 then
    local gone = redis.call('ZPOPMIN', closed, forget)
    redis.call('HSET', state, 'forgotten', gone[#gone])
  end
end

for number = 1, #KEYS - FIRST_DONE + 1 do
  local done = KEYS[FIRST_DONE + number - 1]
  local at = FIRST_ENTRY + (number - 1) * WIDTH
  local alert, held, story, blob = ARGV[at], ARGV[at + 1] == '1', ARGV[at + 2], ARGV[at + 3]
  local read_version, read_opened, opens, last_seen = ARGV[at + 4], ARGV[at + 5], ARGV[at + 6] == '1', ARGV[at + 7]
  if redis.call('EXISTS', done) == 1 then
    answers[number] = 'noop'
    tainted[story] = true
  elseif conflicts(story, read_version, read_opened) then
    answers[number] = 'conflict'
  else
    answers[number] = 'committed'
    if alert ~= '' then answers[number] = 'committed ' .. append(alert) end -- first: it may be refused
    if story ~= '' then
      store(story, blob, string.match(done, ':done:(.*)$'), last_seen)
      if opens then
        redis.call('HSET', state, 'opened', story)
        opened = story
      end
    end
    redis.call('SET', done, '1', 'EX', ARGV[2])
    if alert ~= '' and not held then redis.pcall('PUBLISH', ARGV[1], alert) end
  end
end

if latest ~= nil then
  close_silent()
  for key = 2, 7 do redis.call('PEXPIRE', KEYS[key], ARGV[7]) end
end
if last_logged ~= nil then
  local logged_at = tonumber(string.match(last_logged, '^%d+'))
  redis.call('XTRIM', log, 'MINID', '~', string.format('%.0f', math.max(logged_at - ARGV[4], 0)))
  redis.call('PEXPIRE', log, ARGV[4])
end
return answers
