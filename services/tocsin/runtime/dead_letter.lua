-- Acknowledge an entry and put it into the dead letters, as one step. Redis 6.2+, Valkey.
--
-- KEYS  1 article stream  2 dead letters  3 in hand
-- ARGV  1 group  2 entry id  3 dead letters kept  4… names and values of the dead letter
-- Answer: its id, or '' where another consumer has settled the entry before.

if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1) == 0 then return '' end
local letter = redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4)) -- first: it may be refused
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('HDEL', KEYS[3], ARGV[2], ARGV[2] .. ':by', ARGV[2] .. ':why')
return letter
