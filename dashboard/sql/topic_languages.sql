-- Languages of the words, the commonest first.

select language
from marts.mart_review_topics
group by language
order by sum(reviews) desc, language asc
