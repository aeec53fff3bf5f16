select count(*) as duplicates from verdicts where is_duplicate;
