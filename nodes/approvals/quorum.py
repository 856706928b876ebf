"""How several voices make one decision: enough approvals, of which the lowest amount stands, or one rejection."""

from collections.abc import Sequence

from nodes.ports.approvals import Voice


def decided(quorum: int, voices: Sequence[Voice]) -> Voice | None:
    """What the voices say together, in the names of those who gave them; None while more have to approve.

    Each person has one voice. Of several grants the one with the lowest amount stands.
    """
    if rejected := next((voice for voice in voices if voice["verdict"] == "rejected"), None):
        return rejected
    if len(voices) < quorum:
        return None
    lowest = min(voices, key=lambda voice: (voice["granted"] or {}).get("amount_cents", 0))
    names = ", ".join(voice["person"] for voice in voices)
    return {**lowest, "person": names, "reason": "; ".join(voice["reason"] for voice in voices if voice["reason"])}
