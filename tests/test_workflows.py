from scanner.workflows import WORKFLOWS


def test_every_kind_of_task_has_one_entry():
    assert list(WORKFLOWS) == ["receiving", "return", "count", "pick"]
