"""The way to a Temporal server: its address, its converter, and a plain sentence when it is not there."""

from dataclasses import replace

from temporalio.client import Client
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.service import RPCError

from app.errors import DependencyDown
from app.settings import Settings
from app.temporal.encryption import codec
from app.temporal.messages import MessageConverter


def data_converter(settings: Settings) -> DataConverter:
    """Readable JSON; with a key, encrypted, sentences of failures included."""
    converter = DataConverter(payload_converter_class=MessageConverter, payload_codec=codec(settings))
    if settings.encryption_key is None:
        return converter
    return replace(converter, failure_converter_class=DefaultFailureConverterWithEncodedAttributes)


async def connect(settings: Settings) -> Client:
    """Raises NotConfigured, DependencyDown."""
    try:
        return await Client.connect(
            settings.temporal_address,
            namespace=settings.temporal_namespace,
            data_converter=data_converter(settings),
            api_key=settings.temporal_api_key.get_secret_value() if settings.temporal_api_key else None,
            tls=settings.temporal_tls,
        )
    except (RuntimeError, RPCError) as error:
        raise no_server(settings) from error


def no_server(settings: Settings) -> DependencyDown:
    return DependencyDown(
        f"No Temporal server answers at {settings.temporal_address}: start one with `temporal server start-dev`, "
        "or correct SWITCHBOARD_TEMPORAL_ADDRESS."
    )
