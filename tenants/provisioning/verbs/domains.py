"""Host names of tenants."""

from tenants.provisioning import domains
from tenants.provisioning.lifecycle import Progress
from tenants.provisioning.verbs.base import Outcome, Text, Verb


class AddDomain(Verb):
    """Another host name of a tenant."""

    name = "domain.add"

    slug: Text
    domain: Text
    is_verified: bool = False

    def perform(self, progress: Progress) -> Outcome:
        added = domains.add_domain(self.slug, self.domain, is_verified=self.is_verified)
        return Outcome({"host": added.domain})


class VerifyDomain(Verb):
    """A host name that DNS shows to be the tenant's."""

    name = "domain.verify"
    # DNS may take seconds, and doing it twice changes nothing.
    in_transaction = False

    slug: Text
    domain: Text

    def perform(self, progress: Progress) -> Outcome:
        return Outcome({"host": domains.verify_domain(self.domain, slug=self.slug).domain})


class RemoveDomain(Verb):
    """A host name that is taken from a tenant."""

    name = "domain.remove"

    slug: Text
    domain: Text

    def perform(self, progress: Progress) -> Outcome:
        return Outcome({"host": domains.remove_domain(self.domain, slug=self.slug).domain})


class MakePrimary(Verb):
    """The host name that a tenant's links have."""

    name = "domain.primary"

    slug: Text
    domain: Text

    def perform(self, progress: Progress) -> Outcome:
        return Outcome({"host": domains.make_primary(self.domain, slug=self.slug).domain})
