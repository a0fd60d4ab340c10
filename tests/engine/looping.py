# ruff: noqa: E501  (models stand on one line each)
"""Models with loops, and a run that is saved, restored and replayed after every command."""

from typing import Any

from backend.engine import Host, apply, commands, decode_events, dump, encode_events, load, replay
from backend.engine import events as ev
from tests.engine.models import NOW, compiled, ext, flows, model, state

START = '<startEvent id="s"/>'
END = '<endEvent id="e"/>'


def standard(condition: str = "", attributes: str = "") -> str:
    """standardLoopCharacteristics."""
    inner = f"<loopCondition>={condition}</loopCondition>" if condition else ""
    return f"<standardLoopCharacteristics {attributes}>{inner}</standardLoopCharacteristics>"


def multi(zeebe: str = "", inner: str = "", attributes: str = "") -> str:
    """multiInstanceLoopCharacteristics; `zeebe` are the attributes of zeebe:loopCharacteristics."""
    extension = ext(f"<zeebe:loopCharacteristics {zeebe}/>") if zeebe else ""
    return f"<multiInstanceLoopCharacteristics {attributes}>{extension}{inner}</multiInstanceLoopCharacteristics>"


def over(collection: str = "items", element: str = "item", result: str = "", output: str = "") -> str:
    """Attributes of zeebe:loopCharacteristics."""
    more = f' outputCollection="{result}" outputElement="={output}"' if result else ""
    return f'inputCollection="={collection}" inputElement="{element}"{more}'


def times(number: str) -> str:
    """A loopCardinality."""
    return f"<loopCardinality>={number}</loopCardinality>"


def until(condition: str) -> str:
    """A completionCondition."""
    return f"<completionCondition>={condition}</completionCondition>"


def sub(id: str, nodes: str, *lines: str, attributes: str = "", kind: str = "subProcess") -> str:
    """A sub-process."""
    return f'<{kind} id="{id}" {attributes}>{nodes}{flows(*lines)}</{kind}>'


def boundary(id: str, host: str, definition: str, attributes: str = "") -> str:
    """A boundary event."""
    return f'<boundaryEvent id="{id}" attachedToRef="{host}" {attributes}>{definition}</boundaryEvent>'


class Careful(Host):
    """A host that saves and restores before every command, and replays the whole history after it."""

    def _step(self, number: int, command: commands.Command) -> tuple[ev.Event, ...]:
        instance = self.instances[number]
        before = load(dump(instance.state))
        assert before == instance.state
        instance.state = before
        events = super()._step(number, command)
        assert decode_events(encode_events(events)) == events
        for event in events:
            before = apply(before, event)
        assert before == instance.state == replay(instance.events)
        return events


def careful(nodes: str, *lines: str, roots: str = "", **variables: Any) -> Careful:
    """Instance 1 of a process with these nodes, which begin after the start event `s`."""
    host = Careful([compiled(model(START + nodes, *lines, roots=roots))], NOW)
    host.start("p", variables)
    assert replay(host.instances[1].events) == state(host)
    return host


def mended(host: Host, scope: int = 1, **variables: Any) -> None:
    """Write variables, then try every incident again."""
    host.do(1, commands.UpdateVariables(scope, variables))
    for incident in list(state(host).incidents):
        host.do(1, commands.ResolveIncident(incident))


def local(host: Host, name: str) -> list[Any]:
    """A variable in every scope that has it, oldest scope first."""
    return [scope.variables[name] for scope in state(host).scopes.values() if name in scope.variables]
