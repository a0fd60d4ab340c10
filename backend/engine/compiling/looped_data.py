"""What a multi-instance task says of data, shared out between the whole and each of its instances."""

from backend.engine.item_aware import DataPlan, DataSet
from backend.engine.nodes import Node


def share(outer: Node, inner: Node, collection: str, result: str) -> bool:
    """The collection is filled before the first instance, and waited for; the result is brought out after the
    last one. All else each instance does. Gives whether an association brings the result out."""
    data = inner.data
    if data is None:
        return False
    whole = DataPlan()
    whole.into = tuple(one for one in data.into if one.target.name == collection)
    whole.out_of = tuple(one for one in data.out_of if any(item.name == result for item in one.sources))
    if not whole.into and not whole.out_of:
        return False
    whole.inputs = tuple(one for one in data.inputs if one.name == collection)
    whole.outputs = tuple(one for one in data.outputs if one.name == result)
    if whole.into and any(collection in one.required for one in data.input_sets):
        whole.input_sets = (DataSet((collection,), (collection,), ()),)
    data.into = tuple(one for one in data.into if one not in whole.into)
    data.out_of = tuple(one for one in data.out_of if one not in whole.out_of)
    data.output_sets = tuple(_without(one, result) for one in data.output_sets)
    outer.data = whole
    return bool(whole.out_of)


def _without(one: DataSet, name: str) -> DataSet:
    """An output set of an instance: the whole alone has the result."""
    left = DataSet(
        tuple(each for each in one.names if each != name),
        tuple(each for each in one.required if each != name),
        one.running,
    )
    left.pairs = one.pairs
    return left
