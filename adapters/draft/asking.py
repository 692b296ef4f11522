"""Asks what only a person knows, one question after the other."""

from __future__ import annotations

from collections.abc import Callable

from adapters.draft.propose import Answers, Draft, Question

Propose = Callable[[Answers], Draft]
Input = Callable[[str], str]


def ask_all(propose: Propose, answers: dict[str, str], read: Input = input) -> Draft:
    """Propose, ask the first open question, and propose again, until none is open.

    An answer may settle other questions, or raise new ones. No answer leaves a gap.
    """
    draft = propose(answers)
    while draft.questions:
        question = draft.questions[0]
        answers[question.key] = ask(question, read)
        draft = propose(answers)
    return draft


def ask(question: Question, read: Input = input) -> str:
    """One answer; empty where nobody knows."""
    lines = [f"\n{question.text}"]
    lines += [f"  {number} {option}" for number, option in enumerate(question.options, 1)]
    how = "number" if question.options else ""
    how += " or value" if question.options and question.free else "value" if question.free else ""
    prompt = "\n".join([*lines, f"{how or 'heading'}, or Enter to leave it open: "])
    while True:
        said = read(prompt).strip()
        if not said:
            return ""
        if said.isdigit() and 1 <= int(said) <= len(question.options):
            return question.options[int(said) - 1]
        if said in question.options or question.free or not question.options:
            return said
        prompt = f"Say a number from 1 to {len(question.options)}, or Enter: "
