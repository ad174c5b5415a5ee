-- Publish watchlist versions, all or none, if nobody else was first.
-- KEYS  1 revision, 2 current, 3.. the version lists of the names that change, in the order of the arguments, then every
--       chunk of rows that they name
-- ARGV  1 revision that was read ('' where none was), 2 doorbell, 3 state of the set (JSON),
--       then for each name: name, record (JSON), 'put' or 'remove'
-- Returns the new revision; '-1' where the set has another one than was read; '-2' where a chunk of rows is missing.
local read = redis.call('GET', KEYS[1]) or ''
if read ~= ARGV[1] then
  return '-1'
end
for place = 3 + (#ARGV - 3) / 3, #KEYS do
  if redis.call('EXISTS', KEYS[place]) == 0 then
    return '-2'
  end
end
local time = redis.call('TIME')
for place = 4, #ARGV, 3 do
  local name, record, verb = ARGV[place], ARGV[place + 1], ARGV[place + 2]
  redis.call('RPUSH', KEYS[2 + (place - 1) / 3], record)
  if verb == 'put' then
    redis.call('HSET', KEYS[2], name, record)
  else
    redis.call('HDEL', KEYS[2], name)
  end
end
redis.call('HSET', KEYS[2], '*', ARGV[3])
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local revision = string.format('%.0f', math.max((tonumber(read) or 0) + 1, now))
redis.call('SET', KEYS[1], revision)
redis.call('PUBLISH', ARGV[2], revision)
return revision
