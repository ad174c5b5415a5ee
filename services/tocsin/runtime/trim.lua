-- Trim the article stream, never past an entry that some group has not acknowledged or not read. Redis 6.2+, Valkey.
--
-- KEYS  1 article stream
-- ARGV  1 oldest id to keep by age  2 bytes to free  3 entries to walk at most
-- Answer {entries removed, bytes that are still to be freed and may be}

local key = KEYS[1]
if redis.call('EXISTS', key) == 0 then return {0, 0} end

local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms or id), tonumber(seq or '0')
end

local function before(one, other)
  local ms, seq = parts(one)
  local other_ms, other_seq = parts(other)
  return ms < other_ms or (ms == other_ms and seq < other_seq)
end

-- The oldest entry that must stay: pending somewhere, or not yet read by some group.
local floor = nil
for _, group in ipairs(redis.call('XINFO', 'GROUPS', key)) do
  local facts = {}
  for at = 1, #group, 2 do facts[group[at]] = group[at + 1] end
  local pending = redis.call('XPENDING', key, facts['name'])
  local stays = pending[1] > 0 and pending[2] or nil
  if stays == nil then
    local unread = redis.call('XRANGE', key, '(' .. facts['last-delivered-id'], '+', 'COUNT', 1)
    stays = unread[1] and unread[1][1] or nil
  end
  if stays ~= nil and (floor == nil or before(stays, floor)) then floor = stays end
end

local by_age = ARGV[1]
if floor ~= nil and before(floor, by_age) then by_age = floor end
local removed = redis.call('XTRIM', key, 'MINID', by_age)

-- By size: walk the oldest entries that may go, adding up their bytes.
local to_free, walked, at = tonumber(ARGV[2]), 0, '-'
while to_free > 0 and walked < tonumber(ARGV[3]) do
  local found = redis.call('XRANGE', key, at, '+', 'COUNT', 1)[1]
  if found == nil or (floor ~= nil and not before(found[1], floor)) then
    to_free = 0 -- nothing further may go
    break
  end
  for _, part in ipairs(found[2]) do to_free = to_free - #part end
  at, walked = '(' .. found[1], walked + 1
end
if walked > 0 then
  local kept = redis.call('XRANGE', key, at, '+', 'COUNT', 1)[1]
  if kept ~= nil then
    removed = removed + redis.call('XTRIM', key, 'MINID', kept[1])
  else
    removed = removed + redis.call('XTRIM', key, 'MAXLEN', 0)
  end
end
return {removed, math.max(to_free, 0)}
