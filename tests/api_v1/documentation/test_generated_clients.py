"""Clients that generators make from the documents: of every version without a warning, and at work in the head.

openapi-generator needs a Java runtime, openapi-typescript needs npm. Continuous integration has both.
"""

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from api_v1.documentation.frozen import document_of
from api_v1.versions import HEAD
from tenants.provisioning.lifecycle import CreatedTenant
from tests.api_v1.golden.scripts import ROUTES, Golden
from tests.clients import PDF
from tests.job_seekers import seeker_of
from tests.programs import required_program
from tests.servers import Server, running_server, shell_environment

TYPESCRIPT: Final = Path(__file__).parent / "typescript"
# Java's fastest start: of its two compilers the slow one, and threads that collect garbage, pay in long runs alone.
SHORT_LIVED: Final = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
each_document = pytest.mark.parametrize("script", ROUTES, ids=str)
pytestmark = pytest.mark.timeout(300)
# Any: modules that exist only while the test runs.
Module = Any


def run(*command: str | Path, folder: Path) -> str:
    """Run a program in `folder`; return what it printed."""
    ran = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=shell_environment() | {"JAVA_TOOL_OPTIONS": SHORT_LIVED},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    printed = ran.stdout + ran.stderr
    assert ran.returncode == 0, printed
    return printed


def write_document(script: Golden, folder: Path) -> Path:
    path = folder / f"{script}.json"
    path.write_text(json.dumps(document_of(script.versioned_api)))
    return path


@dataclass(frozen=True)
class PythonClients:
    """The packages that are made in a folder, from which they can be imported."""

    folder: Path

    def make(self, script: Golden) -> str:
        """Make a package, unless a test has made it; return its name."""
        name = str(script).replace("-", "_")
        if not (self.folder / name).exists():
            document = write_document(script, self.folder)
            options = ("--meta", "none", "--output-path", name, "--fail-on-warning")
            generate = (sys.executable, "-m", "openapi_python_client", "generate")
            run(*generate, "--path", document, *options, folder=self.folder)
        return name


@pytest.fixture(scope="module")
def python_clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PythonClients]:
    folder = tmp_path_factory.mktemp("clients")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield PythonClients(folder)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path / "data") as server:
        yield server


@each_document
def test_openapi_generator_finds_nothing_to_warn_of(script: Golden, tmp_path: Path) -> None:
    required_program("java", package="default-jre-headless")
    validate = "import openapi_generator_cli as g, sys; sys.exit(g.run(sys.argv[1:]).returncode)"
    document = write_document(script, tmp_path)
    found = run(sys.executable, "-c", validate, "validate", "-i", document, folder=tmp_path)
    assert "No validation issues detected." in found
    assert "arning" not in found, found


@each_document
def test_openapi_python_client_makes_a_client_without_a_warning(
    script: Golden, python_clients: PythonClients
) -> None:
    models = importlib.import_module(f"{python_clients.make(script)}.models")
    assert models.Error.__name__ == "Error"


@pytest.mark.server
def test_a_python_client_works(
    committed_tenant: CreatedTenant, server: Server, python_clients: PythonClients
) -> None:
    happo, jobhax = (python_clients.make(Golden(api, HEAD)) for api in ("happo", "jobhax"))
    seeker = seeker_of(committed_tenant.ref, "jane@jobs.test")
    with closing(Package(happo, server.url, committed_tenant.api_key)) as package:
        _recruit(package)
    with closing(Package(jobhax, server.url, seeker.token or "")) as package:
        _seek_jobs(package)


class Package:
    """A generated package and its client."""

    def __init__(self, name: str, url: str, token: str) -> None:
        self.name = name
        self.models: Module = importlib.import_module(f"{name}.models")
        self.types: Module = importlib.import_module(f"{name}.types")
        client: Module = importlib.import_module(f"{name}.client")
        self._client = client.AuthenticatedClient(base_url=url, token=token)

    def close(self) -> None:
        self._client.get_httpx_client().close()

    def call(self, module: str, **arguments: object) -> Any:  # Any: a generated model
        """Call an operation, such as `positions.create_position`; return what it parsed."""
        operation: Module = importlib.import_module(f"{self.name}.api.{module}")
        return operation.sync(client=self._client, x_happo_api_version=HEAD, **arguments)


def _recruit(api: Package) -> None:
    models = api.models
    wanted = models.PositionIn(title="Tester", no_of_positions=2)
    made = api.call("positions.create_position", body=wanted)
    assert made.data.title == "Tester"
    refused = api.call("positions.create_position", body=models.PositionIn(title=""))
    assert isinstance(refused, models.Error)
    assert [(one.field, one.code) for one in refused.errors] == [("title", "blank")]
    file = api.types.File(payload=PDF, file_name="cv.pdf", mime_type="application/pdf")
    form = models.CreateAttachmentBody(attachment=file)
    uploaded = api.call("attachments.create_attachment", body=form)
    person = models.NewCandidate(name="Adam", attachment_ids=[uploaded.data.id])
    candidate = api.call("candidates.create_candidate", position_id=made.data.id, body=person)
    assert candidate.data.attachment_ids == [uploaded.data.id]
    listed = api.call("candidates.list_candidates", position_id=made.data.id, limit=1)
    assert [one.name for one in listed.data] == ["Adam"]


def _seek_jobs(api: Package) -> None:
    models = api.models
    new = {"job_title": "Cook", "company": "Acme", "status_id": 1}
    body = models.JobappIn.from_dict({**new, "application_date": "2026-11-02"})
    added = api.call("job_applications.add_jobapp", body=body)
    change = models.JobappUpdate(jobapp_id=added.data.id, company="Globex")
    assert api.call("job_applications.update_jobapp", body=change).data is None
    listed = api.call("job_applications.get_jobapps")
    assert [one.company for one in listed.data] == ["Globex"]
    empty = models.JobappUpdate(jobapp_id=added.data.id)
    refused = api.call("job_applications.update_jobapp", body=empty)
    assert isinstance(refused, models.Error)
    assert refused.error_code == 10


@pytest.mark.server
def test_a_typescript_client_compiles_and_works(
    committed_tenant: CreatedTenant, server: Server, tmp_path: Path
) -> None:
    required_program("npm", package="npm")
    folder = shutil.copytree(TYPESCRIPT, tmp_path / "typescript")
    run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
    programs = folder / "node_modules" / ".bin"
    made = {}
    for script in ROUTES:
        name = script.api if script.version == HEAD else str(script)
        root = write_document(script, folder).name
        made[name] = {"root": root, "x-openapi-ts": {"output": f"{name}.ts"}}
    # JSON is YAML.
    (folder / "redocly.yaml").write_text(json.dumps({"extends": ["minimal"], "apis": made}))
    run(programs / "openapi-typescript", folder=folder)
    # The generated types are checked, those of Node and of browsers are not.
    options = ("--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext")
    sources = ["session.ts", *(f"{name}.ts" for name in made)]
    run(programs / "tsc", *options, "--outDir", "made", *sources, folder=folder)
    seeker = seeker_of(committed_tenant.ref, "jane@jobs.test")
    secrets = (committed_tenant.api_key, seeker.token or "")
    run("node", "made/session.js", server.url, *secrets, folder=folder)
