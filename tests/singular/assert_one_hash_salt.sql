-- Without exactly one salt every hash would be null, and nobody could be told from anybody.
select count(*) as salts
from {{ source('landing', 'hash_salt') }}
where salt is not null and salt <> ''
having count(*) <> 1
