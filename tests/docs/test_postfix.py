"""The Postfix of `docs/operating.md` takes mail to known addresses, which becomes applications, and no other."""

import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.accounts.models import User
from core.jobsearch.models import Application
from providers.conformance.mail_writer import write_mail
from tenants.context import tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.docs.operating_page import blocks_of
from tests.mail.indeed import receipt
from tests.processes import eventually
from tests.programs import required_program
from tests.servers import free_port
from tests.tenants.inbound.serving import DOMAIN, give_address, running_inbound, taking_mail

pytestmark = pytest.mark.server
# What the page's block doesn't say: where this Postfix keeps its files, and that it knows no DNS.
_HERE = """
queue_directory = {folder}/queue
data_directory = {folder}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
compatibility_level = 3.6
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
smtp_host_lookup = native
lmtp_host_lookup = native
mynetworks = 127.0.0.2/32
myhostname = mail.happo.test
address_verify_map = btree:{folder}/data/verified
address_verify_poll_delay = 1s
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
lmtp      unix - - n - - lmtp
postlog   unix-dgram n - n - 1 postlogd
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
"""


@pytest.fixture
def postfix(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """A Postfix as the page shows it; yields its port, and the one at which it expects Happo."""
    program = required_program("postfix", package="postfix")
    # The paths of its sockets must be short.
    folder = Path(tempfile.mkdtemp(prefix="happo-postfix-", dir="/tmp"))
    port, happo = free_port(), free_port()
    [block] = blocks_of("postfix")
    main = block.replace("in.example.com", DOMAIN).replace("127.0.0.1:8024", f"127.0.0.1:{happo}")
    assert str(happo) in main
    (folder / "main.cf").write_text(main + _HERE.format(folder=folder))
    (folder / "master.cf").write_text(_MASTER.format(port=port))
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    folder.chmod(0o755)
    command = [program, "-c", str(folder)]
    try:
        started = subprocess.run([*command, "start"], capture_output=True, text=True, check=False)
        assert started.returncode == 0, started.stderr
        yield port, happo
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False)
        shutil.rmtree(folder)


def test_mail_comes_through_the_postfix_of_the_page(
    postfix: tuple[int, int], committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    port, happo = postfix
    with taking_mail(), tenant_scope(committed_tenant.ref):
        owner = User.objects.get(uuid=committed_tenant.owner_uuid)
        _, address = give_address(owner)
        with running_inbound(tmp_path, port=happo), smtplib.SMTP("127.0.0.1", port) as client:
            client.ehlo("board.test")
            assert client.mail("board@indeed.test")[0] == 250
            for wrong in (f"acme-{'0' * 20}@{DOMAIN}", "someone@elsewhere.test"):
                code, said = client.rcpt(wrong)
                assert code in (550, 554), said
            client.rset()
            raw = write_mail(receipt("Cook", "Acme"))
            assert client.sendmail("board@indeed.test", [address], raw) == {}
            assert eventually(Application.objects.filter(user=owner).exists, within=30)
