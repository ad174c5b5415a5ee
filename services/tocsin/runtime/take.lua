-- Mark a redelivered entry in hand and fetch it, in one step; an over-large one is cut before it is sent.
-- Redis 6.2+, Valkey.
--
-- KEYS  1 article stream  2 in hand
-- ARGV  1 group  2 consumer  3 entry id  4 bytes an entry  5 head that a long value is cut to  6 token of this hand-over
-- Answer {marks, deliveries, seconds, microseconds, entry}; the entry as ``read.lua`` answers it, or nothing where it
-- is no longer pending or no longer there.

local MOST_FIELDS = 256 -- of an over-large entry
local allowed, head = tonumber(ARGV[4]), tonumber(ARGV[5])

-- Returns the first fields with long values cut to their heads, what was cut, and how many fields were left out.
local function cut(fields)
  local kept, digests = {}, {}
  for at = 1, math.min(#fields, 2 * MOST_FIELDS), 2 do
    local name, value = fields[at], fields[at + 1]
    if #value > head then
      digests[#digests + 1] = name
      digests[#digests + 1] = #value
      digests[#digests + 1] = redis.sha1hex(value)
      value = string.sub(value, 1, head)
    end
    kept[at], kept[at + 1] = name, value
  end
  return kept, digests, (#fields - #kept) / 2
end

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
local kept, digests, left_out = cut(fields)
return {marked, deliveries, now[1], now[2], {found[1], kept, size, digests, left_out}}
