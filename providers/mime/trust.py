"""Whether the domain in a mail's From really sent it: worked out once, here, and never by a plugin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from providers.messages import Sender, Trust
from providers.mime.authentication import Method, Results, read_results

# Takes the name of a TXT record; gives its text, None where there is none or no answer came in time.
DnsText = Callable[[str], bytes | None]
VerifyDkim = Callable[[], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whose `Authentication-Results` count for a mailbox.

    `server`: the authserv-id that its receiver writes, "" where none of them counts. `topmost`: a file, of which the
    receiver isn't known: the topmost field counts.
    """

    server: str = ""
    topmost: bool = False


FILE = Receiver(topmost=True)
NO_RECEIVER = Receiver()


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known: the trust, and the domains whose DKIM signature is valid."""

    trust: Trust = "unknown"
    signed_by: tuple[str, ...] = ()


UNKNOWN = Proof()


def prove(
    sender: Sender, *, results: Sequence[str], receiver: Receiver, verify: VerifyDkim | None = None
) -> Proof:
    """Return what the receiver's field says; where that is nothing, what `verify` finds out about the signatures.

    `results`: the values of all `Authentication-Results`, topmost first.
    """
    counted = _counted(results, receiver)
    proof = _proof_of(counted, sender) if counted else UNKNOWN
    if proof.trust != "unknown" or verify is None:
        return proof
    domains = verify()
    return Proof(
        "passed" if any(_covers(domain, sender.domain) for domain in domains) else "unknown",
        domains,
    )


def _counted(values: Sequence[str], receiver: Receiver) -> Results | None:
    if receiver.topmost:
        return read_results(values[0]) if values else None
    if not receiver.server:
        return None
    for value in values:
        results = read_results(value)
        if results and results.server == receiver.server.lower():
            return results
    return None


def _proof_of(results: Results, sender: Sender) -> Proof:
    signed = _signing_domains(results)
    dmarc = results.verdict("dmarc")
    has_dmarc = any(method.name == "dmarc" for method in results.methods)
    if dmarc and _is_about(dmarc, sender):
        if dmarc.result == "pass":
            return Proof("passed", signed)
        if dmarc.result == "fail":
            return Proof("failed", signed)
    if has_dmarc and (dmarc is None or dmarc.result in ("pass", "fail")):
        # Two verdicts that disagree, or one on another domain, are none.
        return UNKNOWN
    # The domain has no policy: its own signature, or its own server, proves it all the same.
    if any(_covers(domain, sender.domain) for domain in signed) or _is_from_own_server(
        results, sender
    ):
        return Proof("passed", signed)
    return Proof("unknown", signed)


def _is_about(dmarc: Method, sender: Sender) -> bool:
    about = dmarc.properties.get("header.from", sender.domain).rpartition("@")[2]
    return _covers(about, sender.domain) or _covers(sender.domain, about)


def _signing_domains(results: Results) -> tuple[str, ...]:
    verdicts: dict[str, set[str]] = {}
    for method in results.methods:
        domain = (
            method.properties.get("header.d")
            or method.properties.get("header.i", "").rpartition("@")[2]
        )
        if method.name == "dkim" and domain:
            verdicts.setdefault(domain, set()).add(method.result)
    # A domain that signed twice, once validly: one signature broke on the way.
    return tuple(domain for domain, found in verdicts.items() if "pass" in found)


def _is_from_own_server(results: Results, sender: Sender) -> bool:
    spf = results.verdict("spf")
    if spf is None or spf.result != "pass":
        return False
    envelope = spf.properties.get("smtp.mailfrom", "").rpartition("@")[2]
    return bool(envelope) and _covers(envelope, sender.domain)


def _covers(proven: str, domain: str) -> bool:
    """Tell whether what is proven for one domain holds for the other: the same, or one above the other.

    RFC 7489 aligns domains of one owner; without the list of registries, only a parent of two labels or more is one.
    """
    proven, domain = proven.rstrip("."), domain.rstrip(".")
    if proven == domain:
        return True
    upper, lower = (proven, domain) if len(proven) < len(domain) else (domain, proven)
    return "." in upper and lower.endswith("." + upper)
