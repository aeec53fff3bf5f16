-- Where rows could not be split into cells: a byte at or just before the row.
select distinct line_byte_position as position from broken_rows order by position;
