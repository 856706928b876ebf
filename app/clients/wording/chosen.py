"""The words that the settings choose."""

from app.settings import Settings
from nodes.ports.wording import BuiltInWording, Wording


def wording(settings: Settings) -> Wording:
    """The shop's own words, where it has some. Raises NotConfigured."""
    words = {name: getattr(settings, name) for name in ("shop_name", "tone", "signature", "reply_language")}
    if not settings.wording_folder.exists():
        return BuiltInWording(**words)
    from app.clients.wording.shop_wording import ShopWording

    return ShopWording(settings.wording_folder, **words).opened()
