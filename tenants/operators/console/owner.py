"""What two pages say after they have sent the owner of a tenant a link."""

from tenants.operators.owner_invitation import invite_owner


def send_owner_link(slug: str) -> str:
    """Send the owner a link to choose a password; return what the operator is told. Raises `NotFound`."""
    return (
        f"An invitation goes to {invite_owner(slug)}. Its link is good for two hours;"
        " after that, the owner asks for another one at the sign-in page."
    )
