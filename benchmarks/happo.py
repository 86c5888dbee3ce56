"""The Happo API compared with the baseline and the raw limit."""

from collections.abc import Iterator

from benchmarks.contest import Entry, Outcome, contest
from benchmarks.load import request_bytes
from benchmarks.servers import serving
from benchmarks.stage import Stage, product_environment
from benchmarks.table import Row

OLD, HEAD = "v20180701", "v20261201"
# Of the speed without log lines, for the cheapest request.
LOGGED_SHARE = 0.8


def lists(stage: Stage) -> Iterator[Row]:
    """Lists of positions, each with two collaborators and two attachments, by API key."""
    for size, plain, raw in ((20, 4.0, 0.40), (200, 6.0, 0.50)):
        for version, path in ((OLD, "/v1/positions"), (HEAD, "/v1/positions?limit=200")):
            outcome = contest(
                {
                    "product": Entry(
                        stage.product,
                        request_bytes(path, headers=stage.headers(size, version=version)),
                    ),
                    "plain": Entry(
                        stage.plain,
                        request_bytes("/v1/positions", headers=stage.plain_headers(size)),
                    ),
                    "raw": Entry(
                        stage.raw[size],
                        request_bytes(
                            "/v1/positions", headers=stage.headers(size, version=version)
                        ),
                    ),
                }
            )
            yield compare(f"list of {size} positions, {version}", outcome, plain=plain, raw=raw)


def key_check(stage: Stage) -> Iterator[Row]:
    """A request that only authenticates an API key."""
    headers = stage.headers(20, version=HEAD)
    outcome = contest(
        {
            "product": Entry(stage.product, request_bytes("/v1/me", headers=headers)),
            "plain": Entry(
                stage.plain, request_bytes("/v1/nothing", headers=stage.plain_headers(20))
            ),
            "raw": Entry(stage.raw[20], request_bytes("/v1/me", headers=headers)),
        }
    )
    yield compare("a request that only authenticates an API key", outcome, plain=3.0, raw=0.40)


def request_log(stage: Stage) -> Iterator[Row]:
    """The log line of a request: a request that only authenticates an API key, with and without it."""
    request = request_bytes("/v1/me", headers=stage.headers(20, version=HEAD))
    with serving("benchmarks.quiet:application", environment=product_environment()) as quiet:
        outcome = contest(
            {"product": Entry(stage.product, request), "quiet": Entry(quiet, request)}
        )
    low, high = outcome.spread["quiet"]
    share = outcome.ratio["quiet"]
    yield Row(
        "a request with its log line",
        f"{outcome.per_second['product']:,.0f} requests/s",
        f"{LOGGED_SHARE:.0%} of the same without",
        f"{share:.0%} ({low:.0%} to {high:.0%})",
        share >= LOGGED_SHARE,
    )


def one_candidate(stage: Stage) -> Iterator[Row]:
    """View one candidate."""
    headers = stage.headers(20, version=OLD)
    outcome = contest(
        {
            "product": Entry(stage.product, request_bytes(stage.candidate, headers=headers)),
            "plain": Entry(
                stage.plain, request_bytes(stage.plain_candidate, headers=stage.plain_headers(20))
            ),
        }
    )
    yield compare("view one candidate", outcome, plain=3.0)


def compare(
    work: str, outcome: Outcome, *, plain: float | None = None, raw: float | None = None
) -> Row:
    """Return a benchmark's row; its targets are `plain` times the baseline and the fraction `raw` of the limit."""
    wanted, measured, reached = [], [], True
    if plain is not None:
        wanted.append(f"{plain:g} x (a)")
        measured.append(_times(outcome, "plain"))
        reached = outcome.ratio["plain"] >= plain
    if raw is not None:
        wanted.append(f"{raw:.0%} of (b)")
        measured.append(_share(outcome, "raw"))
        reached = reached and outcome.ratio["raw"] >= raw
    product = f"{outcome.per_second['product']:,.0f} requests/s"
    return Row(work, product, ", ".join(wanted), ", ".join(measured), reached)


def _times(outcome: Outcome, name: str) -> str:
    low, high = outcome.spread[name]
    return f"{outcome.ratio[name]:.1f} x ({low:.1f} to {high:.1f})"


def _share(outcome: Outcome, name: str) -> str:
    low, high = outcome.spread[name]
    return f"{outcome.ratio[name]:.0%} ({low:.0%} to {high:.0%})"
