"""System packages, with an apt-get and a sudo of the test's own first on the path."""

import os
from pathlib import Path

import pytest

from scanner.bootstrap import system
from scanner.bootstrap.say import SetupError


class Machine:
    """A folder of programs, put before the machine's own."""

    def __init__(self, folder: Path, monkeypatch):
        self.folder = folder
        self.installed = folder / "installed"
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        self.program("sudo", 'shift; exec "$@"')

    def program(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    @property
    def need(self) -> system.Need:
        return system.Need("libthing0", self.installed.exists, "things are skipped")


@pytest.fixture
def machine(tmp_path, monkeypatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_a_missing_package_is_installed_without_a_question(machine):
    machine.program("apt-get", f'echo "$@" > {machine.folder}/asked; touch {machine.installed}')
    assert system.install([machine.need]) == []
    asked = (machine.folder / "asked").read_text().split()
    assert asked[-4:] == ["install", "-y", "--no-install-recommends", "libthing0"]


def test_package_lists_are_fetched_when_the_package_is_not_known(machine):
    lists = machine.folder / "lists"
    machine.program(
        "apt-get",
        f'case "$*" in *update*) touch {lists};; *) test -e {lists} && touch {machine.installed};; esac',
    )
    assert system.install([machine.need]) == []


def test_what_is_here_is_left_alone(machine):
    machine.program("apt-get", f"touch {machine.folder}/called")
    machine.installed.touch()
    system.install([machine.need])
    assert not (machine.folder / "called").exists()


def test_a_package_that_cannot_be_had_is_named_with_what_goes_without_it(machine, capsys):
    machine.program("apt-get", "echo E: no such package; exit 100")
    assert [need.package for need in system.install([machine.need])] == ["libthing0"]
    said = capsys.readouterr().err
    assert "E: no such package" in said
    assert "Without libthing0, things are skipped. Debian and Ubuntu: sudo apt-get install libthing0" in said


def test_in_ci_a_missing_package_stops_the_run(machine):
    machine.program("apt-get", "exit 100")
    with pytest.raises(SetupError, match="libthing0"):
        system.require([machine.need], everything=True)


def test_outside_ci_a_missing_package_lets_the_run_go_on(machine):
    machine.program("apt-get", "exit 100")
    system.require([machine.need], everything=False)
