-- The activities that nothing is wrong with; merges and deletions of leads are no activities.
select * exclude (key, newer, word, flaws)
from converted
where flaws = 0 and (not getvariable('has_moves') or type not in ('merge', 'delete'));
