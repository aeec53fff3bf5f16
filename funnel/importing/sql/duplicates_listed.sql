select record from verdicts where is_duplicate;
