"""Draws a form as plain dicts, one page for each top component (CAMUNDA8 FJ-LAYOUT-01, DESIGN 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from backend.procedures.forms.components import NOT_DRAWN, Drawer
from backend.procedures.forms.facts import GivenFacts, as_facts
from backend.procedures.forms.nodes import ALL, Node, Problem, Setting

if TYPE_CHECKING:
    from backend.procedures.forms.form import Form

ONE_PAGE = frozenset(("desk",))


def pages(
    form: Form,
    answers: Mapping[str, Any],
    facts: GivenFacts | None,
    look: tuple[str, str],
    problems: Sequence[Problem],
    **setting: Unpack[Setting],
) -> list[dict[str, Any]]:
    """The pages that are visible now, for `look` = (language, screen).

    On the desk the whole form is one page; elsewhere one question a page. `problems` are drawn beside their
    fields, and what was typed stays. `action`, `hidden`, `phone` and `save` are the channel's to fill in.
    """
    done = form.evaluate(answers, facts, partial=True, **setting)
    drawer = _Pages(form, done, as_facts(facts), answers, look)
    drawer.errors = {problem.pointer: problem.text(look[0]) for problem in reversed(problems)}
    drawer.variables = setting.get("variables") or {}
    return drawer.pages()


class _Pages(Drawer):
    """The pages of one form."""

    def pages(self) -> list[dict[str, Any]]:
        groups = self.page_groups()
        if self.screen in ONE_PAGE and groups:
            groups = [[node for group in groups for node in group]]
        drawn = [self.page(group) for group in groups]
        questions = [page for page in drawn if page["kind"] != "text"]
        for index, page in enumerate(questions, start=1):
            page["index"], page["count"] = index, len(questions)
        for page in drawn[1:]:
            page["back"] = True
        if drawn:
            self.last_button(drawn[-1])
        return drawn

    def page_groups(self) -> list[list[Node]]:
        """Top components that are visible; texts before a question belong to its page."""
        groups: list[list[Node]] = []
        waiting: list[Node] = []
        for node in self.form.level.components:
            if not self.done.shown[id(node)] or node.type in NOT_DRAWN or node.type == "button":
                continue
            waiting.append(node)
            if self.asks_something(node):
                groups.append(waiting)
                waiting = []
        if waiting and groups and not any(node.properties.get("page") for node in waiting):
            groups[-1] += waiting
        elif waiting:
            groups.append(waiting)
        return groups

    def asks_something(self, node: Node) -> bool:
        if "review" in node.properties or node.properties.get("page"):
            return True
        return node.check is not None or node.type in ("group", "dynamiclist")

    def page(self, nodes: list[Node]) -> dict[str, Any]:
        asking = [node for node in nodes if self.asks_something(node)]
        main = asking[-1] if asking else nodes[-1]
        components = [drawn for node in nodes if (drawn := self.component(node)) is not None]
        kind, lead = self.kind(asking), None
        title = "" if len(asking) > 1 else self.say(main.words.get("title") or main.label)
        if kind == "question":
            lead = self.say(main.description) or None
            alone = next(component for component in components if component["id"] == main.id)
            alone["label"], alone["description"] = "", None
        elif kind == "review":
            lead = self.html(main)
        elif main.type == "group" and len(nodes) == 1:
            group = components[0]
            components = group["components"]
            if main.fact is not None:
                components = [group]
            elif components and components[0]["type"] == "text":
                lead = components.pop(0)["html"]
        return {
            "id": ALL if len(asking) > 1 else main.id,
            "kind": kind,
            "title": title,
            "lead": lead,
            "index": None,
            "count": None,
            "components": components,
            "submit": self.submit(main, kind),
            "back": False,
            "phone": False,
            "save": False,
            "action": "",
            "hidden": {},
        }

    def kind(self, asking: list[Node]) -> str:
        if len(asking) != 1:
            return "group" if asking else "text"
        main = asking[0]
        if "review" in main.properties:
            return "review"
        if main.check is not None:
            return "question"
        facts = main.fact is not None or any(child.fact is not None for child in main.children)
        return "facts" if facts else "group"

    def submit(self, main: Node, kind: str) -> dict[str, str] | None:
        if kind != "facts":
            return {"label": self.general["form.continue"].render(self.lang)}
        cards = [
            node for node in (main, *main.children) if node.fact is not None and self.done.shown[id(node)]
        ]
        if any(card.fact is not None and card.fact.key not in self.done.choices for card in cards):
            return None
        return {"label": self.general["form.use_and_continue"].render(self.lang)}

    def last_button(self, page: dict[str, Any]) -> None:
        """A submit button of the form gives the last page's primary button its words."""
        for node in self.form.level.components:
            submits = node.type == "button" and node.raw.get("action", "submit") == "submit"
            if submits and page["submit"] is not None and self.done.shown[id(node)]:
                page["submit"] = {"label": self.say(node.label)}
