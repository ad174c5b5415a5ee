-- Mark a redelivered entry in hand and fetch it, in one step; an over-large one is cut before it is sent.
-- Redis 6.2+, Valkey.
--
-- KEYS  1 article stream  2 in hand
-- ARGV  1 group  2 consumer  3 entry id  4 bytes an entry  5 head that a long value is cut to  6 token of this hand-over
-- Answer {marks, deliveries, seconds, microseconds, entry}; the entry as ``read.lua`` answers it, or nothing where it
-- is no longer pending or no longer there.

local allowed, head = tonumber(ARGV[4]), tonumber(ARGV[5])

local by = ARGV[3] .. ':by'
if redis.call('HGET', KEYS[2], by) ~= ARGV[6] then -- the same token counts once: a lost answer is asked for again
  redis.call('HSET', KEYS[2], by, ARGV[6])
  redis.call('HINCRBY', KEYS[2], ARGV[3], 1)
end
local marked = tonumber(redis.call('HGET', KEYS[2], ARGV[3]))
local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3])
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1)
local deliveries = pending[1] and pending[1][4] or 0
local now = redis.call('TIME')
local found = claimed[1]
if not found or not found[2] then return {marked, deliveries, now[1], now[2]} end

local fields, size = found[2], 0
for at = 1, #fields do size = size + #fields[at] end
if size <= allowed then return {marked, deliveries, now[1], now[2], {found[1], fields, size}} end
local kept, digests, left_out = cut(fields, head)
return {marked, deliveries, now[1], now[2], {found[1], kept, size, digests, left_out}}
