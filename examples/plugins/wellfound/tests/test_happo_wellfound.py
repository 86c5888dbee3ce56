"""`python -m pytest`; `happo-plugin check happo_wellfound` breaks the mail in more ways."""

from happo_wellfound import GOLDEN, WellfoundSource

from providers.testing import GoldenMail, MailSourceContract


class TestWellfoundSource(MailSourceContract):
    source = WellfoundSource()
    golden = GoldenMail.from_folder(GOLDEN)
