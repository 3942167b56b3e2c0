"""How a call ends: one more matter, thanks, farewell, and who hangs up."""

from sample_audio.episodes import use_name
from sample_audio.telling import Telling


def another(call: Telling) -> None:
    """The customer has one more matter."""
    if "offer-more-help" not in call.failing and call.chance(0.5):
        call.agent("offer")
        return
    call.customer("another")
    call.agent("another.reply")


def close(call: Telling) -> None:
    """Offer of more help, thanks, farewell; or what is left of it."""
    if call.failing & {"greeting", "farewell"}:
        call.open.add("courtesy")  # little courtesy is left without them
    if "who-ended" in call.failing:
        call.hung_up_by = "agent"
        _hang_up(call)
        return
    call.hung_up_by = call.random.choice(("customer",) * 5 + ("agent", None))
    if call.hung_up_by is None:
        call.open.add("who-ended")
    if "offer-more-help" in call.failing:
        call.customer("thanks")
    else:
        use_name(call, 0.3)
        call.agent("offer")
        call.customer("no.more")
    if "farewell" not in call.failing:
        call.agent("farewell")
        if call.chance(0.6):
            call.customer("bye")
        return
    if call.hung_up_by == "agent":
        call.hung_up_by = "customer"  # to hang up without farewell is a failing of its own
    if call.chance(0.5):
        call.agent("end.no-farewell")
    call.customer("bye")


def _hang_up(call: Telling) -> None:
    call.customer("lead.pushing")
    call.agent("end.no-farewell", failing=("who-ended",))
