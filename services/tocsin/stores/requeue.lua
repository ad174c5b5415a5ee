-- Put a dead letter's original fields back on the article stream and remove the letter, as one step. Redis 6.2+, Valkey.
--
-- KEYS  1 article stream  2 dead letters
-- ARGV  1 letter id  2… names and values of the entry
-- Answer: the new entry's id, or '' where the letter is gone (somebody else was first).

if #redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[1]) == 0 then return '' end
local fresh = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2)) -- first: it may be refused
redis.call('XDEL', KEYS[2], ARGV[1])
return fresh
