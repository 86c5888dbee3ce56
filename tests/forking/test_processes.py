"""A forked command is a process like one that Python starts, and finds nothing that the tests have set."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forking.processes import CHECKOUT, Forked, inherit_template, link_manage, run_fork
from tests.servers import shell_environment

pytestmark = pytest.mark.server
FACTS = """
import json, os, sys, threading
json.dump([sys.argv, os.getcwd(), dict(os.environ), sys.path[0], __name__], sys.stdout)
print("told", file=sys.stderr)
threading.Timer(0.1, lambda: print(sys.stdin.read())).start()
sys.exit(int(sys.argv[1]))
"""


def test_it_is_as_one_that_python_starts() -> None:
    environment = {"NAME": "value", "LC_ALL": "C.UTF-8"}
    forked = run_fork(["-c", FACTS, "3"], environment=environment, given="typed", timeout=60)
    started = subprocess.run(
        [sys.executable, "-c", FACTS, "3"],
        env=environment,
        cwd=CHECKOUT,
        input="typed",
        capture_output=True,
        text=True,
        check=False,
    )
    expected = started.stdout.replace('"", "__main__"', f'"{CHECKOUT}", "__main__"')
    assert (forked.stdout, forked.stderr) == (expected, started.stderr)
    assert forked.returncode == started.returncode == 3


def test_it_is_stopped_by_a_signal_and_talks_through_pipes() -> None:
    echo = ["-c", "import sys; [print(line, flush=True, end='') for line in sys.stdin]"]
    pipe = subprocess.PIPE
    process = Forked(echo, environment=os.environ, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    print("heard", file=process.stdin, flush=True)
    assert process.stdout.readline() == "heard\n"
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == -signal.SIGTERM
    assert process.communicate() == ("", None)


def test_it_finds_modules_where_its_environment_says(tmp_path: Path) -> None:
    (tmp_path / "only_there.py").write_text("print(__name__)")
    environment = dict(os.environ) | {"PYTHONPATH": str(tmp_path)}
    found = run_fork(["-c", "import only_there"], environment=environment, timeout=60)
    assert found.stdout == "only_there\n"


@pytest.mark.parametrize(
    ("program", "status", "printed"),
    [
        ("import os; print(input(), os.getcwd())", 0, "typed {}\n"),
        ("import sys; sys.exit(5)", 5, ""),
        ("import os; os.kill(os.getpid(), 9)", 137, ""),
    ],
    ids=["prints", "exits", "is killed"],
)
def test_a_shell_script_runs_it_as_manage(
    tmp_path: Path, program: str, status: int, printed: str
) -> None:
    link_manage(tmp_path)
    variables, descriptors = inherit_template()
    ended = subprocess.run(
        ["/bin/sh", "-c", f"./manage.py shell --verbosity 0 -c '{program}' || exit $?"],
        env=shell_environment() | variables,
        pass_fds=descriptors,
        cwd=tmp_path,
        input="typed\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (status, printed.format(tmp_path)), ended.stderr


def test_it_reads_the_settings_itself() -> None:
    read = (
        "import sys; from django.conf import settings; assert not settings.configured;"
        "assert not {'config.settings', 'core.errors'} & set(sys.modules);"
        "print(settings.WEB_THREADS)"
    )
    environment = dict(os.environ) | {"WEB_THREADS": "7"}
    assert run_fork(["-c", read], environment=environment, timeout=60).stdout == "7\n"
