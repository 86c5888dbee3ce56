"""The golden script of a user's own account: routes of the head alone."""

from tests.api_v1.golden.operator_side import OperatorSide
from tests.api_v1.golden.transcript import Transcript

EMAIL = "jane@mail.test"


def run_script(to: Transcript, operator: OperatorSide) -> None:
    """Send all requests, as the user of the other script, who has logged out."""
    to.bearer = operator.token(email=EMAIL)
    to.post("/api/users/confirm_email", {"token": operator.confirmation_token(EMAIL)})
    to.post("/api/users/confirm_email", {"token": "made-up"})
    late = operator.confirmation_token(EMAIL, ended=True)
    to.post("/api/users/confirm_email", {"token": late})
