"""The labels of the returns bench."""

from __future__ import annotations

from sqlmodel import Session

from scanner.codes.commands import NO_PAPER, Command, grade_code, reason_code
from scanner.codes.dispositions import NEED_REASON, Disposition
from scanner.codes.labels import CONFIRM, DONE, LEAVE, UNDO, Label
from scanner.reasons import service as return_reasons

_GRADES = {
    Disposition.RESTOCK: "Goes to its shelf, to be sold again",
    Disposition.REFURBISH: "To be mended",
    Disposition.QUARANTINE: "To be looked at",
    Disposition.DAMAGED: "Cannot be sold; then why",
    Disposition.VENDOR: "The vendor's fault; then why",
    Disposition.SCRAP: "Worth nothing; then why",
}


def grades(session: Session) -> list[Label]:
    """Grades, the commands of the bench, grades with their reason in one label, and reasons."""
    reasons = return_reasons.reasons(session, active_only=True)
    plain = [Label(grade_code(each), each.capitalize(), words) for each, words in _GRADES.items()]
    beside = [
        Label(Command.MISSING.value, "Part is missing", "Of the kit in hand; then the part"),
        Label(NO_PAPER, "No paper with it", "Begins a return that nobody announced"),
        UNDO,
        CONFIRM,
        LEAVE,
        DONE,
    ]
    both = [
        Label(grade_code(each, reason.code), f"{each.capitalize()}: {reason.name}", "Grade and reason in one scan")
        for each in Disposition
        if each in NEED_REASON
        for reason in reasons
    ]
    return [*plain, *beside, *both, *(Label(reason_code(each.code), each.name, "The reason alone") for each in reasons)]
