"""Search attributes: what `temporal workflow list --query` and the UI find threads by.

A customer is found by the digest of the address, which says nothing by itself.
"""

import logging

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate
from temporalio.service import RPCError

from app.engines.temporal.boundary import Standing
from nodes.digests import digest

GRAPH = SearchAttributeKey.for_keyword("SwitchboardGraph")
STATUS = SearchAttributeKey.for_keyword("SwitchboardStatus")
OUTCOME = SearchAttributeKey.for_keyword("SwitchboardOutcome")
CUSTOMER = SearchAttributeKey.for_keyword("SwitchboardCustomer")
KEYS = (GRAPH, STATUS, OUTCOME, CUSTOMER)

_log = logging.getLogger("switchboard.temporal")


def found_by(graph: str, standing: Standing) -> list[SearchAttributeUpdate[str]]:
    """What a thread is found by as it stands now. No outcome before it is over."""
    email = str(standing.values.get("email") or "").strip().lower()
    outcome = standing.values.get("outcome") if standing.status == "completed" else None
    return [
        GRAPH.value_set(graph),
        STATUS.value_set(standing.status),
        OUTCOME.value_set(outcome) if outcome else OUTCOME.value_unset(),
        CUSTOMER.value_set(customer(email)) if email else CUSTOMER.value_unset(),
    ]


def customer(email: str) -> str:
    return digest(email)[:32]


async def registered(client: Client, *, add: bool) -> bool:
    """True when the namespace knows them all. `add`: add those that are missing, if that is permitted."""
    try:
        missing = await _missing(client)
        if missing and add:
            kinds = dict.fromkeys(missing, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
            )
            missing = await _missing(client)
    except RPCError as error:
        _log.warning("Threads cannot be found by graph, status, outcome and customer on Temporal: %s", error.message)
        return False
    return not missing


async def _missing(client: Client) -> list[str]:
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return [key.name for key in KEYS if key.name not in known.custom_attributes]
