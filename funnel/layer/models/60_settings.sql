-- settings: what the layer was built from, one row.
create table settings as
select
    rule_settings.*,
    newest.newest_at,
    newest.first_lead_at,
    exists (select 1 from export_activities where type = 'owner_change') as has_owner_history
from rule_settings
cross join newest;
