"""Chat, push and SMS by apprise: which of its services people may name, and saying something there.

An address of apprise's holds the keys to somebody's channel. It goes in here and nowhere else: what comes out says the
service and never the address.
"""

from __future__ import annotations

from typing import Any

from apprise import Apprise, AppriseAsset, NotifyBase
from apprise.common import PersistentStoreMode
from apprise.manager_plugins import NotificationManager

from notifications import egress

#: Services that speak HTTPS to a host of their own.
HOSTED = frozenset(
    {"slack", "workflows", "discord", "gchat", "webex", "zulip", "tgram", "pover", "mailgun"}
    | {"opsgenie", "pagerduty", "splunk", "signl4", "twilio", "msgbird", "sinch", "vonage", "clicksend"}
)
#: Those where the person names the host, which has to pass the guard.
SELF_HOSTED = frozenset(
    f"{scheme}{secure}" for scheme in ("mmost", "rocket", "matrix", "ntfy", "gotify", "json") for secure in ("", "s")
)
#: What every service takes, less what would read files of ours, trust anybody's certificate, or wait.
_REFUSED = frozenset(NotifyBase.template_args) - {"format", "overflow"} | {"template"}
#: What addresses of Teams carry that apprise does not take.
_TEAMS_OWN = frozenset({"sp", "sv"})
_CALLED = {"workflows": "Teams", "jsons": "Webhook", "webex": "Webex", "pagerduty": "PagerDuty"}
_ASSET = AppriseAsset(
    app_id="slatrack", app_desc="slatrack", app_url="", storage_mode=PersistentStoreMode.MEMORY, http_redirects=False
)
_EXAMPLES = "It looks like slack://…, tgram://…, ntfys://host/topic, or the address that the service itself gives you."


def service_of(url: str) -> str:
    """What `url` leads to, for people: the service, and the host where it is somebody's own.

    Raises EgressError, in a sentence that does not repeat the address.
    """
    plugin = _plugin(url)
    names, host = _schemes(plugin), plugin.host
    is_own = bool(names & SELF_HOSTED and host)
    if is_own or "workflows" in names:
        egress.look_up(str(host).strip("[]"), plugin.port or (443 if plugin.secure else 80))
    name = next((said for scheme, said in _CALLED.items() if scheme in names), plugin.service_name)
    return f"{name} at {host}"[:60] if is_own else str(name)


def say(url: str, *, title: str, text: str) -> egress.Answer:
    """Send a message. The answer has a status below 300 where it arrived, and holds nothing of the address."""
    with egress.exchange() as heard:
        arrived = _plugin(url).notify(title=title, body=text)
    last = heard.answers[-1] if heard.answers else egress.Answer(None, "The service was not asked.", 0)
    if arrived:
        return egress.Answer(last.status or 200, "", last.took_ms)
    # What a service says may repeat what it was sent.
    if last.status is not None and last.status >= 300:
        return egress.Answer(last.status, "", last.took_ms)
    return egress.Answer(None, last.text if last.status is None else "The service did not take it.", last.took_ms)


def _plugin(url: str) -> Any:
    """The service's own object for `url`. Raises EgressError for one that is not on the list, or cannot be read."""
    try:
        plugin = _read(url)
    except egress.EgressError:
        raise
    except Exception:
        # Each service reads its addresses with code of its own, and some trip over what people type.
        plugin = None
    if plugin is None:
        raise egress.EgressError(f"This address is not complete. {_EXAMPLES}")
    return plugin


def _read(url: str) -> Any:
    services = NotificationManager()
    url = url.strip().replace("/#", "/%23")
    scheme, separator, rest = url.partition("://")
    scheme, read = scheme.lower(), None
    if not separator or any(mark.isspace() for mark in rest):
        raise egress.EgressError(f"This is not an address of a chat, push or SMS service. {_EXAMPLES}")
    if scheme in {"http", "https"}:
        # The address that a service shows people, else a program that takes JSON with whatever the address asks.
        read = next((found for each in services.plugins() if (found := each.parse_native_url(url))), None)
        scheme = read["schema"] if read else scheme.replace("http", "json")
        address, _, query = rest.partition("?")
        asked = "&".join(f"-{each}" for each in query.split("&") if each)
        rest = f"{address}?{asked}" if asked else address
    kind = scheme in services and services[scheme]
    if not kind or not _schemes(kind) & (HOSTED | SELF_HOSTED):
        raise egress.EgressError(f"{scheme[:20]}:// is not among the services that can be used here. {_EXAMPLES}")
    read = read or kind.parse_url(f"{scheme}://{rest}") or {}
    known = (set(kind.template_args) | _TEAMS_OWN) - _REFUSED
    strange = sorted(name for name in read.get("qsd", {}) if name.lower() not in known and name[:1] not in "+-:")
    if strange:
        raise egress.EgressError(f"“{strange[0][:20]}” cannot be set in the address. Leave it out.")
    return Apprise.instantiate(read, asset=_ASSET, suppress_exceptions=True) if read else None


def _schemes(plugin: Any) -> set[str]:
    said = (plugin.protocol, plugin.secure_protocol)
    return {name for each in said if each for name in ([each] if isinstance(each, str) else each)}
