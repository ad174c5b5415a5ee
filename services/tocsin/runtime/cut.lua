-- Put before the scripts that answer with entries: an over-large one is cut before it is sent, so that no reader holds it.

local MOST_FIELDS = 256 -- of an over-large entry

-- Returns the first fields with values longer than `head` cut to that, what was cut (name, bytes, SHA-1, …), and how many
-- fields were left out.
local function cut(fields, head)
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
