"""What stands around the content of a console's page: the bar with its links, the account, the tabs."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the bar or of a row of tabs. `icon`: the name of a symbol in `icons.svg`, or none."""

    label: str
    url: str
    icon: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page. `name` stands beside the brand: whose console it is.

    `account`: the link to the page of the user who is signed in, if there is one; `sign_out_url` takes a POST.
    `other`: the link to the other half of the console, for those who have both.
    `is_sandbox`: the page is about a tenant for experiments, which is marked.
    """

    name: str
    home_url: str
    links: Sequence[Link] = field(default_factory=tuple)
    account: Link | None = None
    other: Link | None = None
    sign_out_url: str = ""
    is_sandbox: bool = False
