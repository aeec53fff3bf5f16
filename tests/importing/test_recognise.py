"""Recognition: the tool, the kind and the columns of a file are told by its header, and doubt is asked about."""

import pytest

from funnel.errors import FunnelError
from funnel.importing.mapping.load import load_mappings, load_text
from funnel.importing.mapping.recognise import (
    Ambiguous,
    Column,
    Recognised,
    Unrecognised,
    columns,
    header_score,
    recognise,
    shapes,
)

MAPPINGS = load_mappings()
NAME = "export.csv"


def found(header: str, name: str = NAME, source: str | None = None, kind: str | None = None) -> Recognised:
    return recognise(name, header.split(","), MAPPINGS, source, kind)


def what(header: str, name: str = NAME) -> str:
    told = found(header, name)
    return f"{told.mapping.tool} {told.shape.kind} {told.shape.name}"


def goes(header: str) -> dict[str, str]:
    """header -> target of the columns that go somewhere"""
    shape = found(header).shape
    return {column.header: column.target for column in columns(shape, header.split(",")) if column.target}


def refused(header: str, name: str = NAME, source: str | None = None, kind: str | None = None) -> FunnelError:
    with pytest.raises((Unrecognised, Ambiguous)) as error:
        found(header, name, source, kind)
    return error.value


# ---------------------------------------------------------------- the dialects

HUBSPOT_EN = (
    "Record ID,First Name,Last Name,Email,Lifecycle Stage,Lead Status,Contact owner,Create Date,Original Source,"
    "HubSpot Score,Became a Marketing Qualified Lead Date,Became a Customer Date,Associated Company"
)
HUBSPOT_JA = (
    "レコードID,名,姓,Eメール,ライフサイクルステージ,リードステータス,コンタクト担当者,作成日,オリジナルソース,"
    "HubSpotスコア,MQL(マーケティング上の有望な見込み客)になった日付,顧客に転換した日付,会社名"
)
HUBSPOT_INTERNAL = (
    "hs_object_id,firstname,lastname,email,lifecyclestage,hs_lead_status,hubspot_owner_id,createdate,hs_analytics_source,"
    "hubspotscore,hs_lifecyclestage_marketingqualifiedlead_date,hs_lifecyclestage_customer_date,company"
)
REPORT_EN = (
    "Lead ID,First Name,Last Name,Company / Account,Lead Status,Lead Source,Lead Owner,Create Date,Email"
)
REPORT_JA = "リードID18,名,姓,会社名 / 取引先,リード 状況,リードソース,リード 所有者,作成日,メール"
BULK = "marketoGUID,leadId,activityDate,activityTypeId,campaignId,primaryAttributeValueId,primaryAttributeValue,attributes"


@pytest.mark.parametrize("header", [HUBSPOT_EN, HUBSPOT_JA, HUBSPOT_INTERNAL])
def test_the_three_dialects_of_hubspot_have_the_same_targets(header: str) -> None:
    assert what(header) == "hubspot leads contacts"
    targets = [target.replace("owner_id", "owner") for target in goes(header).values()]
    assert targets == [
        "lead_id", "first_name", "last_name", "email", "stage", "status", "owner", "created_at", "channel", "score",
        "entered:marketingqualifiedlead", "entered:customer", "company",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        REPORT_EN,
        REPORT_JA,
        REPORT_JA.replace("リード 状況", "リード状況").replace("会社名 / 取引先", "会社名/取引先"),
        REPORT_JA.replace("リードID18", "リード ID").replace("リード 所有者", "リード　所有者"),
    ],
)
def test_a_salesforce_report_is_recognised_in_both_languages_and_with_any_blanks(header: str) -> None:
    assert what(header) == "salesforce leads lead_report"
    assert list(goes(header).values()) == [
        "lead_id", "first_name", "last_name", "company", "stage", "channel", "owner", "created_at", "email",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "told, header",
    [
        ("hubspot leads contacts", "Contact ID,First Name,Email,Contact owner,Create Date,Lifecycle Stage,Create Date"),
        ("hubspot leads contacts", "Record ID - Contact,Email,Original Traffic Source,Create Date"),
        ("hubspot activities property_history_table", "contactId,property,value,timestamp,sourceType,sourceId"),
        ("hubspot activities property_history", "レコードID,プロパティ名,値,変更日,更新者"),
        ("hubspot activities calls", "Record ID,Activity date,Call outcome,Activity assigned to,Associated Contact IDs"),
        ("hubspot other companies", "Record ID,Company name,Company owner,Create Date,Lifecycle Stage"),
        ("hubspot other deals", "Record ID,Deal Name,Deal Stage,Amount,Close Date"),
        ("salesforce leads leads", "Id,LastName,Company,Status,LeadSource,OwnerId,IsConverted,CreatedDate,MasterRecordId"),
        ("salesforce activities lead_history", "Id,IsDeleted,LeadId,CreatedById,CreatedDate,Field,OldValue,NewValue"),
        ("salesforce activities lead_history_report", "リード ID,編集日時,項目/行動,古い値,新しい値,編集者"),
        ("salesforce activities lead_history_report", "Lead ID,Edit Date,Field / Event,Old Value,New Value,Edited By"),
        ("salesforce activities tasks", "Id,WhoId,OwnerId,Status,Subject,ActivityDate,TaskSubtype,CreatedDate"),
        ("salesforce activities events", "Id,WhoId,Subject,StartDateTime,EndDateTime,ActivityDate,Status"),
        ("salesforce activities activity_report", "活動 ID,リード ID,件名,期日,状況,任命先,コール結果"),
        ("salesforce activities campaign_members", "Id,CampaignId,LeadId,ContactId,Status,HasResponded,FirstRespondedDate"),
        ("salesforce activities campaign_member_report", "キャンペーン名,リード ID,メンバー状況,初回返答日"),
        ("salesforce owners users", "Id,Username,LastName,FirstName,Email,IsActive"),
        ("salesforce owners queues", "Id,Name,DeveloperName,Type,DoesSendEmailToMembers"),
        ("marketo leads leads", "id,firstName,lastName,email,company,leadSource,leadScore,leadStatus,createdAt,updatedAt"),
        ("marketo leads lead_list", "Id,Full Name,Company Name,Email Address,Person Score,Person Status,Created At"),
        ("marketo activities activities", BULK),
        ("marketo types activity_types", "id,name,description,primaryAttribute,attributes"),
        ("account_engagement leads prospects", "id,email,firstName,lastName,jobTitle,score,grade,createdAt"),
        ("account_engagement leads prospect_export", "Prospect Id,First Name,Last Name,Email,Score,Grade,Created Date"),
        ("account_engagement activities visitor_activities", "id,prospectId,type,typeName,details,createdAt"),
        ("zoho leads leads", "Record Id,Lead Owner.id,Lead Owner,Is Converted,Company,Last Name,Email,Lead Source,Lead Status,Created Time"),
        ("zoho leads leads", "データID,リード所有者,会社,姓,メール,リードソース,リードステータス,作成時刻"),
        ("zoho leads leads_bulk", "Id,Owner,Company,Last_Name,Lead_Status,Created_Time"),
        ("kintone leads leads", "レコード番号,会社名,担当者,ステータス,作成日時,更新日時"),
        ("kintone activities history", "レコード番号,リード番号,対応日時,対応種別,対応者,対応結果"),
        ("table leads leads", "lead_id,created_at,company,stage,my_own"),
        ("table activities activities", "activity_id,lead_id,occurred_at,type,to_value"),
        ("table costs costs", "month,channel,campaign,cost"),
    ],
)  # fmt: skip
def test_a_file_is_recognised_by_its_header(told: str, header: str) -> None:
    assert what(header) == told


@pytest.mark.parametrize(
    "told, header",
    [
        ("hubspot leads contacts_table", "_fivetran_deleted,_fivetran_synced,property_email,id,property_company,property_firstname,property_createdate"),
        ("hubspot merges merges", "canonical_vid,contact_id,vid_to_merge,_fivetran_synced,entity_id,first_name,last_name,timestamp,user_id"),
        ("hubspot activities form_submissions", "timestamp,form_id,contact_id,conversion_id,page_id,page_url,portal_id,title,_fivetran_synced"),
        ("hubspot activities engagements", "engagement_id,_fivetran_deleted,_fivetran_synced,property_hs_createdate,property_hs_timestamp,type"),
        ("hubspot activities meetings", "engagement_id,_fivetran_synced,end_time,source,start_time,meeting_outcome,title"),
        ("hubspot activities email_events", "id,_fivetran_synced,app_id,created,email_campaign_id,portal_id,type,filtered_event,recipient"),
        ("hubspot links engagement_contacts", "contact_id,engagement_id,engagement_type,type_id,_fivetran_synced,category"),
        ("hubspot owners owners", "owner_id,_fivetran_synced,created_at,portal_id,type,updated_at,email,first_name,last_name"),
        ("hubspot other other_property_history", "company_id,timestamp,_fivetran_synced,source,source_id,name,value"),
        ("hubspot other email_event_details", "id,_fivetran_synced,browser,ip_address,location,user_agent"),
        ("hubspot other engagement_index", "id,type,_fivetran_synced,portal_id"),
        ("hubspot other names", "id,name,_fivetran_synced"),
        ("salesforce leads leads", "owner_id,lead_source,converted_date,master_record_id,id,is_converted,status,company,created_date"),
        ("salesforce activities tasks", "who_id,owner_id,subject,id,is_closed,activity_date,created_date,status,type,task_subtype"),
        ("salesforce activities events", "id,account_id,activity_date,activity_date_time,owner_id,start_date_time,subject,type,who_id"),
        ("salesforce other contacts", "id,account_id,created_date,email,first_name,last_name,owner_id,lead_source"),
        ("salesforce other opportunities", "account_id,amount,close_date,created_date,id,is_won,lead_source,name,stage_name"),
        ("marketo activities changes", "activity_date,activity_type_id,campaign_id,id,lead_id,new_value,old_value,primary_attribute_value,reason"),
        ("marketo activities activities_by_type", "activity_date,activity_type_id,campaign_id,campaign_run_id,id,lead_id,primary_attribute_value,step_id"),
        ("marketo activities deleted_leads", "id,_fivetran_synced,activity_date,activity_type_id,campaign,campaign_id,lead_id,primary_attribute_value"),
        ("marketo merges merges", "id,_fivetran_synced,activity_date,activity_type_id,lead_id,merge_ids,primary_attribute_value"),
        ("marketo other lead_fields", "data_type,display_name,id,length,restname"),
        ("account_engagement leads prospects", "_fivetran_deleted,campaign_id,company,created_at,crm_contact_fid,email,grade,id,job_title,score"),
        ("account_engagement activities visitor_activities", "id,campaign_id,created_at,prospect_id,type,type_name,visitor_id,details"),
        ("account_engagement other list_members", "id,_fivetran_synced,created_at,list_id,opted_out,prospect_id,updated_at"),
        ("account_engagement other visitors", "id,_fivetran_synced,created_at,page_view_count,prospect_id,updated_at,hostname"),
        ("zoho leads leads", "LEADID,Last Name,Company,Lead Owner,Email,Mobile,Lead Source,Lead Status,Created Time,CONVERTED"),
        ("zoho activities calls", "TASKID,Call Start Time,Call Owner,Call Owner Id,Subject,Call Type,Created Time,CONTACTID,LEADID,Who Id Id"),
        ("zoho activities events", "EVENTID,Event Owner,Subject,Start DateTime,End DateTime,Created Time,CONTACTID,LEADID,Who Id Id"),
        ("zoho activities deals_made", "Potential Name,Potential Owner,Created Time,Closing Date,Amount,Stage,LEADID,Campaign Id"),
        ("zoho other contacts", "CONTACTID,Last Name,Contact Owner Id,Contact Owner,Account Id,Email,Lead Source,Created Time"),
        ("zoho other tasks_of_nobody", "Task Owner,Subject,Created Time,Due Date,Status,Modified Time"),
        ("zoho other campaign_leads", "Campaign Name,Lead First Name,Lead Last Name,Status,Last Modified Time,Is Lead Active?"),
        ("zoho owners users", "USER_ID,First Name,Last Name,Email"),
    ],
)  # fmt: skip
def test_tables_as_connectors_write_them_are_recognised(told: str, header: str) -> None:
    assert what(header) == told


def test_it_is_said_which_headers_told() -> None:
    assert found(REPORT_JA).by == ("リード 状況", "リード 所有者", "リードID18")


# ---------------------------------------------------------------- doubt


def test_a_header_of_two_tools_is_asked_about() -> None:
    error = refused("id,created_at,email")
    assert isinstance(error, Ambiguous)
    assert "(id, created_at, email)" in error.en
    assert "--source account_engagement or --source marketo" in error.en
    assert "--source account_engagement か --source marketo" in error.ja


def test_the_answer_settles_it() -> None:
    assert found("id,created_at,email", source="marketo").shape.name == "leads"
    assert found("id,created_at,email", source="account_engagement").shape.name == "prospects"


def test_a_file_name_of_the_tool_settles_it_and_is_said() -> None:
    told = found("id,created_at,email", name="marketo_lead_data.csv")
    assert told.mapping.tool == "marketo"
    assert told.by == ("id", "created_at", "email", "marketo_lead_data.csv")
    assert what("id,created_at,email", name="weekly.zip/pardot_prospects.csv").startswith(
        "account_engagement"
    )


def test_a_file_name_never_overrules_the_header() -> None:
    assert what(REPORT_EN, name="hubspot-crm-exports-leads-2026-01-31.csv").startswith("salesforce")


def test_a_tool_that_names_all_that_another_names_and_more_is_taken() -> None:
    assert what("id,created_at,email,leadSource").startswith("marketo")
    assert what("id,created_at,email,grade,job_title").startswith("account_engagement")
    assert isinstance(refused("id,created_at,email,leadSource,job_title"), Ambiguous)


def test_of_one_tools_shapes_the_one_that_names_more_is_taken_then_the_first() -> None:
    text = """
tool = "shop"
label = {en = "Shop"}
[[files]]
name = "first"
label = {en = "First"}
kind = "other"
needs = [["a"]]
[[files]]
name = "second"
label = {en = "Second"}
kind = "other"
needs = [["b"]]
[[files]]
name = "both"
label = {en = "Both"}
kind = "other"
needs = [["b"], ["c"]]
"""
    shop = (load_text(text, "shop.toml"),)
    assert recognise(NAME, ["a", "b"], shop).shape.name == "first"
    assert recognise(NAME, ["a", "b", "c"], shop).shape.name == "both"


def test_what_is_no_export_names_the_nearest_and_what_it_lacks() -> None:
    error = refused("Record ID,Email,Company Name,Shoe size")
    assert isinstance(error, Unrecognised)
    assert "4 columns; known are Record ID, Email, Company Name" in error.en
    assert 'nearest is HubSpot: Contacts, which also needs "Lifecycle Stage"' in error.en
    assert "Shoe size" not in error.en + error.ja


def test_a_row_of_a_file_without_header_is_never_quoted() -> None:
    error = refused("4711,山田太郎,taro@example.jp,2026-04-01")
    assert "none of them known" in error.en and "分かった列なし" in error.ja
    assert "taro" not in error.en + error.ja and "山田" not in error.en + error.ja


@pytest.mark.parametrize(
    "source, kind, said",
    [
        ("salesfroce", None, 'no mapping of a tool "salesfroce"; did you mean "salesforce"?'),
        (None, "lead", 'no kind of file "lead"; did you mean "leads"?'),
        ("hubspot", None, "(3 columns; known are Lead Status)"),
        ("salesforce", "activities", "no known file has this header"),
    ],
)
def test_an_answer_that_cannot_be_is_one_sentence(source: str | None, kind: str | None, said: str) -> None:
    assert said in refused("Lead ID,Lead Status,Lead Owner", source=source, kind=kind).en


# ---------------------------------------------------------------- columns


def test_every_column_has_its_place_and_the_first_of_a_double_header_is_taken() -> None:
    header = [
        "Contact ID",
        "Email",
        "Create Date",
        "Contact owner",
        "Create Date",
        "Contact Owner",
        "",
        "Shoe size",
    ]
    shape = recognise(NAME, header, MAPPINGS, "hubspot").shape
    assert columns(shape, header) == (
        Column("Contact ID", 0, "lead_id"),
        Column("Email", 1, "email"),
        Column("Create Date", 2, "created_at"),
        Column("Contact owner", 3, "owner"),
        Column("Create Date", 4, ""),
        Column("Contact Owner", 5, ""),
        Column("", 6, ""),
        Column("Shoe size", 7, ""),
    )


@pytest.mark.parametrize("quote", ['"{}"', "'{}'", "“{}”"])
def test_a_date_entered_column_carries_its_stage_word(quote: str) -> None:
    header = [
        "Record ID", "Email", "Contact owner", "Became a Lead Date",
        *(f"Date entered {quote.format(word + ' (Lifecycle Stage Pipeline)')}" for word in ("Lead", "Kunde")),
        f"Date exited {quote.format('Lead (Lifecycle Stage Pipeline)')}", "hs_v2_date_entered_166080836",
    ]  # fmt: skip
    targets = [column.target for column in columns(recognise(NAME, header, MAPPINGS).shape, header)]
    assert targets[3:] == ["entered:lead", "entered:Lead", "entered:Kunde", "", "entered:166080836"]


def test_columns_that_share_a_target_are_taken_in_their_turn() -> None:
    header = ["CreatedDate", "ActivityDate", "CompletedDateTime", "Id", "WhoId", "Status"]
    told = columns(recognise(NAME, header, MAPPINGS).shape, header)
    in_turn = sorted(
        (column for column in told if column.target == "occurred_at"), key=lambda column: column.turn
    )
    assert [column.header for column in in_turn] == ["CompletedDateTime", "ActivityDate", "CreatedDate"]


def test_a_table_keeps_the_columns_that_it_does_not_know_and_other_tools_leave_them() -> None:
    assert goes("lead_id,created_at,region,My Plan") == {
        "lead_id": "lead_id", "created_at": "created_at", "region": "extra:region", "My Plan": "extra:My Plan",
    }  # fmt: skip
    assert "My Plan" not in goes(HUBSPOT_EN + ",My Plan")


def test_columns_that_are_named_to_be_kept_are_kept() -> None:
    zoho = next(mapping for mapping in MAPPINGS if mapping.tool == "zoho").shape("leads")
    kept = zoho.model_copy(update={"keep": ("tag",)})
    assert [column.target for column in columns(kept, ["Record Id", "Tag", "Street"])] == [
        "lead_id",
        "extra:Tag",
        "",
    ]


def test_a_contacts_id_of_the_sample_crm_is_no_leads_id() -> None:
    assert goes("EVENTID,Start DateTime,End DateTime,CONTACTID,LEADID,Who Id Id") == {
        "EVENTID": "activity_id", "Start DateTime": "occurred_at", "LEADID": "lead_id",
    }  # fmt: skip


def test_lines_of_a_kintone_table_are_activities_beside_the_leads() -> None:
    header = ["レコードの開始行", "レコード番号", "会社名", "ステータス", "対応日時", "対応種別", "対応者"]
    shape = recognise(NAME, header, MAPPINGS).shape
    lead, line = shapes(shape, header)
    assert [column.target for column in columns(lead, header)][:4] == [
        "record_start",
        "lead_id",
        "company",
        "stage",
    ]
    assert [column.target for column in columns(line, header)] == [
        "record_start", "lead_id", "", "", "occurred_at", "type", "actor",
    ]  # fmt: skip
    assert shapes(shape, header[1:4]) == (shape,)


# ---------------------------------------------------------------- finding the header


def test_a_header_scores_over_a_title_a_note_and_a_row() -> None:
    score = header_score(MAPPINGS)
    rows = [
        ["リードのレポート"],
        ["作成者: 山田", "", ""],
        REPORT_JA.split(","),
        [
            "00Q5g00000AbCdE",
            "太郎",
            "山田",
            "例の会社",
            "新規",
            "Web",
            "鈴木",
            "2026/04/01",
            "taro@example.jp",
        ],
    ]
    assert max(rows, key=score) == rows[2]
    assert [score(row) for row in rows] == [0, 0, 9, 0]
    assert score(["Date entered 'Lead (Lifecycle Stage Pipeline)'", "", ""]) == 1


def test_a_question_can_be_asked_without_the_flags_of_the_command_line() -> None:
    error = refused("id,created_at,email", name="leads.csv")
    assert isinstance(error, Ambiguous) and (error.asks, error.name) == ("source", "leads.csv")
    assert error.choices == ("account_engagement", "marketo")
    assert "--" not in error.question("en") + error.question("ja")
    assert error.en.startswith(error.question("en")[:-1]) and error.question("ja").endswith("決まりません。")
    other = refused("foo,bar")
    assert isinstance(other, Unrecognised) and other.asks == "mapping" and "--mapping" in other.en
