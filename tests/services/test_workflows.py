from scanner.app import FACES
from scanner.domain.scans import TaskKind
from scanner.services.scanning import WORKFLOWS


def test_every_kind_of_task_takes_scans_and_has_a_face():
    assert set(WORKFLOWS) == set(FACES) == set(TaskKind)
