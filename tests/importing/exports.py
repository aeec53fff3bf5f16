"""The headers of the tools' exports that several tests write, and rows of them."""

import json

from tests.importing.imports import csv

SF_LEADS = ("Id", "CreatedDate", "Company", "Status", "OwnerId", "IsConverted", "ConvertedDate")
SF_HISTORY = (
    "Id",
    "IsDeleted",
    "LeadId",
    "CreatedById",
    "CreatedDate",
    "Field",
    "OldValue",
    "NewValue",
    "DataType",
)
MARKETO = ("id", "company", "email", "leadSource", "leadScore", "leadStatus", "createdAt")
STREAM = (
    "marketoGUID",
    "leadId",
    "activityDate",
    "activityTypeId",
    "campaignId",
    "primaryAttributeValueId",
    "primaryAttributeValue",
    "attributes",
)


def marketo_leads(*ids: str) -> str:
    return csv(
        MARKETO, *((each, "Acme", "null", "null", "null", "Known", "2024-01-02T03:04:05Z") for each in ids)
    )


def event(
    guid: str, lead: str, kind: int, name: str = "null", said: object = None, on: str = "2024-02-01T00:00:00Z"
) -> tuple[str, ...]:
    return (
        guid,
        lead,
        on,
        str(kind),
        "null",
        "null",
        name,
        "null" if said is None else json.dumps(said, ensure_ascii=False),
    )
