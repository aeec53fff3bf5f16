-- The rows that nothing is wrong with.
select * exclude (key, newer, flaws) from converted where flaws = 0;
