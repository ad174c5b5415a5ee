-- What changed in one channel's stories since a cursor; one page of them. Redis 6.2+, Valkey.
--
-- KEYS  1 stories  2 story changes  3 story state  4 story closed
-- ARGV  1 cursor (0: everything)  2 stories a page  3 '1': a further page of the same answer
-- Answer {change number up to which this tells the truth, opened, reset (1), more (1), states, ids that are gone}

local cursor = tonumber(ARGV[1])
local page = tonumber(ARGV[2])
local found = redis.call('HMGET', KEYS[3], 'change', 'opened', 'forgotten')
local change, opened, forgotten = tonumber(found[1] or '0'), found[2] or '', tonumber(found[3] or '0')

local reset = 0
if ARGV[3] ~= '1' and (cursor == 0 or change < cursor or cursor < forgotten) then
  reset = 1
  cursor = 0
end
if change <= cursor then return {change, opened, reset, 0, {}, {}} end

local after = '(' .. string.format('%.0f', cursor)
local ids = redis.call('ZRANGEBYSCORE', KEYS[2], after, '+inf', 'WITHSCORES', 'LIMIT', 0, page)
local states, reached, more = {}, change, 0
if #ids == 2 * page then
  reached = tonumber(ids[#ids])
  more = 1
end
for at = 1, #ids, 2 do states[#states + 1] = redis.call('HGET', KEYS[1], ids[at]) or '' end
local gone = {}
if reset == 0 then
  gone = redis.call('ZRANGEBYSCORE', KEYS[4], after, string.format('%.0f', reached))
end
return {reached, opened, reset, more, states, gone}
