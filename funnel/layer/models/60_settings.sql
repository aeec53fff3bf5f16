-- settings: what the layer was built from, one row.
create table settings as
select
    rule_settings.*,
    newest.newest_at,
    newest.first_lead_at
from rule_settings
cross join newest;
