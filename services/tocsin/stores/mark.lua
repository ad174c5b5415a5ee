-- Append marks to their rules' streams, note that the rules changed, and ring. Redis 6.2+, Valkey.
--
-- KEYS  1 rules by their last change  2 number of the last change  3… streams of the rules that are marked
-- ARGV  1 doorbell channel  2 marks kept a rule  3 rules kept  4… for each stream: rule, how many marks, the marks;
--       no marks at all: the rule's marks are deleted
-- Answer: the number of this change. Numbers are the server's clock in milliseconds, or one more than the last, so that
-- after a flush or a roll-back no number is met again with other marks.

local now = redis.call('TIME')
local number = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
number = math.max(number, tonumber(redis.call('GET', KEYS[2]) or '0') + 1)
local place = 4
for key = 3, #KEYS do
  local rule, count = ARGV[place], tonumber(ARGV[place + 1])
  place = place + 2
  if count == 0 then
    redis.call('DEL', KEYS[key])
    redis.call('ZREM', KEYS[1], rule)
  else
    for mark = place, place + count - 1 do
      redis.call('XADD', KEYS[key], 'MAXLEN', '=', ARGV[2], '*', 'data', ARGV[mark])
    end
    redis.call('ZADD', KEYS[1], string.format('%.0f', number), rule)
  end
  place = place + count
end
local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[3])
if over > 0 then
  local prefix = string.match(KEYS[1], '^(.*):rules$')
  local dropped = redis.call('ZPOPMIN', KEYS[1], over)
  for at = 1, #dropped, 2 do
    redis.call('DEL', prefix .. ':rule:' .. dropped[at]) -- the same hash tag, so the same node of a cluster
  end
end
redis.call('SET', KEYS[2], string.format('%.0f', number))
redis.call('PUBLISH', ARGV[1], string.format('%.0f', number))
return number
