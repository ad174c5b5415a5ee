-- Read new entries for a consumer, bounded in number and in bytes; an over-large entry is cut before it is sent, so
-- that no reader ever holds it. Redis 6.2+, Valkey.
--
-- KEYS  1 article stream
-- ARGV  1 group  2 consumer  3 entries  4 bytes a read  5 bytes an entry  6 head that a long value is cut to
-- Answer {seconds, microseconds, entries}; an entry is {id, {name, value, …}, bytes}, and where it was cut two more
-- parts: {name, bytes, SHA-1, …} of its cut values, and how many fields were left out.

local budget, allowed, head = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local left = tonumber(ARGV[3])
local entries = {}

local function take(id, fields)
  local size = 0
  for at = 1, #fields do size = size + #fields[at] end
  if size > allowed then
    local kept, digests, left_out = cut(fields, head)
    entries[#entries + 1] = {id, kept, size, digests, left_out}
    for at = 1, #kept do budget = budget - #kept[at] end
  else
    entries[#entries + 1] = {id, fields, size}
    budget = budget - size
  end
end

-- What is handed out cannot be given back, so the steps are small: 1, 2, 4 … 16 entries while they are small ones.
local step = 1
while left > 0 and budget > 0 do
  local answer = redis.pcall('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', math.min(step, left), 'STREAMS', KEYS[1], '>')
  if not answer then break end
  if answer.err then return answer end
  local taken = answer[1][2]
  local before = budget
  for at = 1, #taken do take(taken[at][1], taken[at][2]) end
  left = left - #taken
  local fits = math.floor(budget * #taken / math.max(before - budget, 1))
  step = math.max(1, math.min(step * 2, 16, fits))
end

local now = redis.call('TIME')
return {now[1], now[2], entries}
