"""The numbers of the rules about money, from the settings."""

from app.settings import Settings
from nodes.ports import Limits


def limits(settings: Settings) -> Limits:
    return Limits(
        approval_limit_cents=settings.approval_limit_cents,
        approval_timeout_s=settings.approval_timeout_s,
        return_window_days=settings.return_window_days,
        other_limits=settings.approval_limits,
        ship_limit_cents=settings.ship_limit_cents,
        confirm_refunds=settings.confirm_refunds == "always",
    )
