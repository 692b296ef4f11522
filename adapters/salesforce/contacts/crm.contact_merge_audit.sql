-- One row per contact that was merged into another, if deleted contacts were exported too. The
-- merge is the last thing that happens to a contact.
select
    left(merged_into, 15) as canonical_vid,
    left(id, 15) as vid_to_merge,
    modified_at as timestamp
from export
where merged_into is not null
order by _row
