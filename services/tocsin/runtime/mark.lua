-- Count an entry as in hand, or take the count back. Redis 6.2+, Valkey.
--
-- KEYS  1 in hand
-- ARGV  1 entry id  2 token of this hand-over  3 '1' in hand, '-1' nothing is held against it
-- Answer: the count. The same token counts once, so that a call whose answer was lost may be made again.

local id, by = ARGV[1], ARGV[1] .. ':by'
local mine = redis.call('HGET', KEYS[1], by) == ARGV[2]
if ARGV[3] == '1' and not mine then
  redis.call('HSET', KEYS[1], by, ARGV[2])
  return redis.call('HINCRBY', KEYS[1], id, 1)
elseif ARGV[3] == '-1' and mine then
  redis.call('HDEL', KEYS[1], by)
  return redis.call('HINCRBY', KEYS[1], id, -1)
end
return tonumber(redis.call('HGET', KEYS[1], id) or '0')
