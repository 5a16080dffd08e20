from scanner.app import FACES
from scanner.scans.decision import TaskKind
from scanner.scans.record import WORKFLOWS


def test_every_kind_of_task_takes_scans_and_has_a_face():
    assert set(WORKFLOWS) == set(FACES) == set(TaskKind)
