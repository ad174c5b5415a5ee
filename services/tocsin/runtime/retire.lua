-- Remove consumers that hold nothing and have been silent. Redis 6.2+, Valkey.
--
-- KEYS  1 article stream
-- ARGV  1 group  2 milliseconds of silence  3 the only consumer to look at ('' any)  4 the consumer to keep ('' none)
-- Answer: how many were removed. Looking and removing are one step, so that none is removed with pending entries.

local removed = 0
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local facts = {}
  for at = 1, #consumer, 2 do facts[consumer[at]] = consumer[at + 1] end
  local name = facts['name']
  if facts['pending'] == 0 and facts['idle'] >= tonumber(ARGV[2]) and name ~= ARGV[4]
     and (ARGV[3] == '' or name == ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], name)
    removed = removed + 1
  end
end
return removed
