"""Connects to a Temporal server: address, converter, and an error sentence when it cannot be reached."""

from dataclasses import replace

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.service import RPCError, RPCStatusCode

from app.engines.temporal.encryption import codec
from app.engines.temporal.payloads import MessageConverter
from app.settings import Settings
from nodes.ports.errors import DependencyDown, NotConfigured


def data_converter(settings: Settings) -> DataConverter:
    """Readable JSON; with a key, encrypted, sentences of failures included."""
    converter = DataConverter(payload_converter_class=MessageConverter, payload_codec=codec(settings))
    if settings.encryption_key is None:
        return converter
    return replace(converter, failure_converter_class=DefaultFailureConverterWithEncodedAttributes)


async def connect(settings: Settings) -> Client:
    """Raises NotConfigured, DependencyDown."""
    try:
        client = await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=data_converter(settings),
            api_key=settings.temporal_api_key.get_secret_value() if settings.temporal_api_key else None,
            tls=settings.temporal_tls,
        )
    except RuntimeError as error:
        raise no_server(settings) from error
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        raise _unusable(settings, error) from error
    return client


def _unusable(settings: Settings, error: RPCError) -> NotConfigured:
    """Why the namespace cannot be worked in."""
    name, address = settings.temporal_namespace, settings.temporal_address
    match error.status:
        case RPCStatusCode.NOT_FOUND:
            return NotConfigured(
                f"The namespace {name!r} does not exist at {address}: create it with `temporal operator namespace create "
                f"--namespace {name}`, or correct SWITCHBOARD_TEMPORAL_NAMESPACE."
            )
        case RPCStatusCode.PERMISSION_DENIED | RPCStatusCode.UNAUTHENTICATED:
            return NotConfigured(
                f"Temporal at {address} does not permit the namespace {name!r}: check "
                "SWITCHBOARD_TEMPORAL_API_KEY and SWITCHBOARD_TEMPORAL_TLS."
            )
        case _:
            return no_server(settings)


def no_server(settings: Settings) -> DependencyDown:
    return DependencyDown(
        f"No Temporal server answers at {settings.temporal_address}: start one with `switchboard worker --dev` or "
        "`temporal server start-dev`, "
        "or correct SWITCHBOARD_TEMPORAL_ADDRESS."
    )
