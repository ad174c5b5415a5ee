-- Remember where the group stands, so that it can be created again there if it vanishes. Redis 6.2+, Valkey.
--
-- KEYS  1 article stream  2 low-water mark
-- ARGV  1 group
-- Writes the oldest entry not acknowledged, or '(' and the last one delivered where all are; nothing without a group.

if redis.call('EXISTS', KEYS[1]) == 0 then return '' end
local last = nil
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local facts = {}
  for at = 1, #group, 2 do facts[group[at]] = group[at + 1] end
  if facts['name'] == ARGV[1] then last = facts['last-delivered-id'] end
end
if last == nil then return '' end
local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
local mark = pending[1] > 0 and pending[2] or '(' .. last
redis.call('SET', KEYS[2], mark)
return mark
