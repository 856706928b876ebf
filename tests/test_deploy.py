"""What deploy/ says is true of this repository; where Docker answers, the image is built and asked."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.clients.database.database import business_url
from app.settings import Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
UNIT = (DEPLOY / "switchboard.service").read_text()
HOME = "/var/lib/switchboard"
DOCKER = shutil.which("docker")


def composed() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return services


def test_the_image_copies_what_there_is_and_what_is_not_ignored() -> None:
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    sources = [word for line in lines for word in line.split()[:-1]]
    assert [name for name in sources if not (ROOT / name).exists()] == []
    kept = re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    assert sorted(kept) == sorted(sources)


def test_the_image_has_every_extra_of_a_server_and_runs_as_nobody_on_a_volume() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (extras,) = re.findall(r'"\.\[(.+)\]"', DOCKERFILE)
    assert set(extras.split(",")) <= {*project["optional-dependencies"], "serve"}
    stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert stage.index("USER nobody") < stage.index("CMD [")
    assert f"VOLUME {HOME}" in stage
    assert f"SWITCHBOARD_HOME={HOME}" in stage


ONCE = ("CMD", "HEALTHCHECK")
TAKES = {
    # of each instruction that we use, the form of what follows it
    "FROM": r"[\w./-]+:\d[\w.-]*( AS \w+)?",  # a version, never "latest"
    "RUN": r"(?!.*(sudo|curl|wget|chmod 777)).+",
    "COPY": r"(--from=\w+ )?\S+( \S+)+",
    "WORKDIR": r"/\S+",
    "ENV": r"(\w+=\S+ ?)+",
    "USER": r"(?!root|0\b)\w+:\w+",
    "VOLUME": r"/\S+",
    "EXPOSE": r"\d+",
    "HEALTHCHECK": r"(--[\w-]+=\d+s )*CMD \[.+\]",
    "CMD": r"\[.+\]",
}


def test_every_instruction_of_the_image_is_one_of_docker() -> None:
    """What hadolint looks at, for the instructions that we use."""
    code = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.strip() for line in code.splitlines() if line.strip()]
    assert [line for line in lines if not re.fullmatch(TAKES[line.partition(" ")[0]], line.partition(" ")[2])] == []
    words = [line.partition(" ")[0] for line in lines]
    assert words[0] == "FROM"
    assert [words.count(one) for one in ONCE] == [1, 1]
    for line in lines:
        if line.startswith(ONCE):
            assert all(isinstance(word, str) for word in json.loads(line[line.index("[") :]))
    stages = re.findall(r"^FROM \S+ AS (\w+)$", DOCKERFILE, re.MULTILINE)
    assert set(re.findall(r"--from=(\w+)", DOCKERFILE)) <= set(stages)
    assert [secret for secret in ("PASSWORD", "_KEY", "TOKEN") if secret in DOCKERFILE] == []
    (port,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
    assert f'"--port", "{port}"' in DOCKERFILE
    assert f":{port}/healthz" in DOCKERFILE


def test_compose_names_settings_databases_and_volumes_that_there_are() -> None:
    compose = composed()
    server, database = compose["services"]["switchboard"], compose["services"]["database"]
    known = {f"SWITCHBOARD_{name.upper()}" for name in Settings.model_fields} | {"OPENAI_API_KEY"}
    assert set(server["environment"]) <= known
    mounted = [volume.partition(":")[0] for one in (server, database) for volume in one["volumes"]]
    assert sorted(mounted) == sorted(compose["volumes"])
    assert (ROOT / server["build"]["dockerfile"]).is_file()
    urls = [business_url(server["environment"][f"SWITCHBOARD_{which}_URL"]) for which in ("DATABASE", "CHECKPOINT")]
    assert [url.database for url in urls] == [database["environment"]["POSTGRES_DB"], "checkpoints"]
    assert {(url.username, url.host) for url in urls} == {(database["environment"]["POSTGRES_USER"], "database")}
    assert "CREATE DATABASE checkpoints;" in compose["configs"]["second_database"]["content"]
    assert server["ports"] == ["127.0.0.1:8420:8420"], "plain HTTP is for the proxy on this machine"
    assert server["volumes"] == [f"home:{HOME}"]


def test_the_unit_is_one_for_systemd(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd here")
    unit = tmp_path / "switchboard.service"
    unit.write_text(UNIT.replace("/opt/switchboard/bin/switchboard", sys.executable))
    checked = subprocess.run([analyze, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    said = [line for line in checked.stderr.splitlines() if unit.name in line]
    assert said == []


def test_the_server_starts_by_a_command_that_there_is() -> None:
    pytest.importorskip("app.cli.serve_command")
    from typer.main import get_command

    from app.cli.main import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    for words in (
        re.findall(r'"([^"]+)"', DOCKERFILE.rpartition("\nCMD ")[2]),
        re.findall(r"ExecStart=(.+)", UNIT)[0].split(),
    ):
        assert words[0].endswith("switchboard")
        options = {option for parameter in commands[words[1]].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.slow
def test_the_image_answers() -> None:
    if DOCKER is None or subprocess.run([DOCKER, "version"], capture_output=True, check=False).returncode:
        pytest.skip("no Docker answers here")
    build = [DOCKER, "build", "--quiet", "--file", str(DEPLOY / "Dockerfile"), str(ROOT)]
    image = subprocess.run(build, capture_output=True, text=True, check=True).stdout.strip()
    run = [DOCKER, "run", "--rm", "--read-only", "--tmpfs", "/tmp", image]
    who = subprocess.run([*run, "id", "--user", "--name"], capture_output=True, text=True, check=True)
    assert who.stdout.strip() == "nobody"
    subprocess.run([*run, "switchboard", "doctor"], check=True)


def test_an_image_of_the_langgraph_server_keeps_its_home(tmp_path: Path) -> None:
    """`langgraph dockerfile` leaves out what langgraph.json says under `env`, and adds the whole checkout."""
    pytest.importorskip("langgraph_cli", reason="the extra studio is not installed")
    made = tmp_path / "Dockerfile"
    command = [sys.executable, "-m", "langgraph_cli", "dockerfile", str(made)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    lines = made.read_text().splitlines()
    assert f"ENV SWITCHBOARD_HOME={HOME} LANGGRAPH_STRICT_MSGPACK=true" in lines
    assert f"VOLUME {HOME}" in lines
    assert {".git", ".venv", "**/.env"} <= set((ROOT / ".dockerignore").read_text().splitlines())
