select count(*) as twins from twin_hashes;
