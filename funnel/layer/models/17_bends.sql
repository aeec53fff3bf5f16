-- What bends which numbers: the kinds of facts that every question reads, and that every reason and finding bends
-- (DATA.md). A question that is not there yet is named already; data_quality names those that are.

-- kinds_read: grain kind, question; position: the order in which questions are named
create or replace table kinds_read as
with

questions as (
    select question, row_number() over () as position
    from (select unnest(string_split(
        'funnel conversion conversion_curve period_ratio bridge rate_change flow transitions lead_time '
        || 'stage_aging stage_aging_buckets stage_age_ratio stage_aging_leads score_distribution score_bands '
        || 'threshold_curve rule_lift mindset nurture_list score_flow engagement assets sla_summary sla_clocks '
        || 'overdue response_times unassigned delays dormant_pool dormant_leads dormant_flow falling_asleep '
        || 'handoff_agreement mql_log rejections winners touches recycled recycle_list definition_matrix what_if '
        || 'what_if_leads kpis costs benchmarks staged_targets before_after health_check', ' ')) as question)
),

readers as (
    select kind, unnest(string_split(questions, ' ')) as question
    from (values
        ('creation', 'funnel flow lead_time score_distribution score_bands rule_lift score_flow sla_summary sla_clocks '
            || 'overdue unassigned dormant_pool dormant_leads dormant_flow falling_asleep winners touches kpis costs '
            || 'benchmarks staged_targets before_after health_check'),
        ('standing', 'funnel flow stage_aging stage_aging_buckets stage_age_ratio stage_aging_leads score_distribution '
            || 'nurture_list overdue unassigned dormant_pool dormant_leads dormant_flow falling_asleep winners '
            || 'recycle_list definition_matrix what_if what_if_leads kpis benchmarks staged_targets before_after '
            || 'health_check'),
        ('moves', 'conversion conversion_curve period_ratio bridge rate_change flow transitions lead_time stage_aging '
            || 'stage_aging_buckets stage_age_ratio stage_aging_leads score_bands threshold_curve rule_lift mindset '
            || 'assets sla_summary sla_clocks overdue response_times delays handoff_agreement mql_log rejections '
            || 'touches recycled recycle_list definition_matrix kpis costs staged_targets before_after health_check'),
        ('hours', 'sla_summary sla_clocks overdue response_times delays kpis staged_targets before_after health_check'),
        ('owner', 'stage_aging_leads sla_summary sla_clocks overdue unassigned delays dormant_leads falling_asleep '
            || 'recycle_list what_if_leads health_check'),
        ('touches', 'stage_aging_leads sla_summary sla_clocks overdue response_times delays dormant_pool dormant_leads '
            || 'dormant_flow falling_asleep touches recycled recycle_list kpis staged_targets before_after '
            || 'health_check'),
        ('behaviour', 'stage_aging_leads score_distribution score_bands threshold_curve rule_lift mindset nurture_list '
            || 'score_flow engagement assets sla_summary sla_clocks overdue response_times unassigned delays '
            || 'dormant_pool dormant_leads dormant_flow falling_asleep handoff_agreement mql_log recycled '
            || 'recycle_list definition_matrix what_if what_if_leads kpis staged_targets before_after health_check'),
        ('amount', 'recycled recycle_list'),
        ('opted_out', 'nurture_list overdue dormant_pool dormant_leads recycle_list')
    ) as listed (kind, questions)
)

select kind, question, position
from readers
join questions using (question)
order by kind, position;

-- kinds_bent: grain part (reason or finding), name, kind; `everything` is read by every question
create or replace table kinds_bent as
select part, name, unnest(string_split(kinds, ' ')) as kind
from (values
    ('reason', 'missing_key', 'everything'),
    ('reason', 'missing_time', 'everything'),
    ('reason', 'unreadable_value', 'everything'),
    ('reason', 'out_of_range', 'everything'),
    ('reason', 'unknown_lead', 'moves touches behaviour'),
    ('reason', 'unknown_type', 'hours touches behaviour'),
    ('reason', 'unknown_stage', 'standing moves'),
    ('reason', 'duplicate_key', 'everything'),
    ('finding', 'before_creation', 'creation moves touches behaviour'),
    ('finding', 'future', 'standing moves touches behaviour'),
    ('finding', 'stage_mismatch', 'standing moves'),
    ('finding', 'no_history', 'moves'),
    ('finding', 'import_burst', 'creation moves'),
    ('finding', 'midnight', 'hours'),
    ('finding', 'no_owner', 'owner'),
    ('finding', 'no_touch', 'touches'),
    ('finding', 'same_instant', 'standing moves'),
    ('finding', 'no_outcome', 'touches'),
    ('finding', 'unknown_stage', 'standing'),
    ('finding', 'before_rules', 'hours behaviour')
) as listed (part, name, kinds)
union all
-- of cells that cannot be read those of their columns; nothing is reckoned with points
select distinct 'finding', 'unreadable_cell', kind
from export_leads
join (values (1, 'behaviour'), (2, 'behaviour'), (4, 'amount'), (8, 'opted_out'), (16, 'everything')) as of_cells (bit, kind)
    on unreadable_cells & bit > 0;
