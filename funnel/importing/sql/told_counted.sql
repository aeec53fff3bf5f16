select count(*) as told from told_again;
