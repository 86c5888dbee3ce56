"""The shapes of bodies and of `data`, and how the changes of newer versions convert them for an older one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from types import UnionType
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel

from api_v1.versioning.timeline import Json, TimelineError, VersionChange
from core.pages import Page

Model = type[BaseModel]
Step = Callable[[Json], Json]
Changes = Sequence[VersionChange]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a request's body or a reply's `data` is made of.

    `item`: the declared type, of each item where `is_list`; None where there is no body or `data` is null. A page is
    a list too: `is_paged` says that a cursor comes beside it.
    """

    item: Any  # Any: what the view's author wrote as an annotation
    is_list: bool = False
    is_paged: bool = False

    @property
    def models(self) -> tuple[Model, ...]:
        """Return the models that an item may have: several for a union."""
        return tuple(part for part in _union_parts(self.item) if _is_model(part))


def shape_of(annotation: Any) -> Shape:  # Any: as above
    """Return the shape that an annotation declares."""
    if (origin := get_origin(annotation)) in (list, Page):
        return Shape(get_args(annotation)[0], is_list=True, is_paged=origin is Page)
    return Shape(annotation)


def upgrades(shape: Shape, route: str, changes: Changes) -> Step | None:
    """Return what makes an older client's body one that the head expects; None where nothing has to be done.

    `route`: its name, `POST /positions`. `changes`: those that came after the client's version, oldest first.
    Raise `TimelineError` for a change that names only a model inside of the shape's.
    """
    _check_models_inside(shape, changes)
    steps: list[Step] = []
    for change in changes:
        if route in change.routes:
            steps.append(partial(_convert_object, change.upgrade))
        elif _touches(change, shape):
            convert = partial(_convert_object, change.upgrade)
            steps.append(partial(_convert_each, convert) if shape.is_list else convert)
    return _chain(steps)


def downgrades(shape: Shape, route: str, changes: Changes) -> Step | None:
    """Return what makes the head's `data` that of an older version; arguments and errors as for `upgrades`.

    Raise `TimelineError` also where a change touches one model of a union that can't be told from another one.
    """
    _check_models_inside(shape, changes)
    _check_union(shape, changes)
    touching = [
        change for change in reversed(changes) if route in change.routes or _touches(change, shape)
    ]
    steps: list[Step] = []
    for is_whole, group in groupby(touching, key=lambda change: route in change.routes):
        if is_whole:
            steps.extend(change.downgrade for change in group)
        else:
            convert = partial(_downgrade_item, _union_steps(shape, list(group)))
            steps.append(partial(_convert_each, convert) if shape.is_list else convert)
    return _chain(steps)


@dataclass(frozen=True, slots=True)
class _MemberSteps:
    """One model of a union: the names of its fields, and the steps that downgrade an object of it."""

    required: frozenset[str]
    known: frozenset[str]
    steps: tuple[Step, ...]

    def distance(self, item: Mapping[str, Json]) -> tuple[int, int]:
        """Return how far an object is from being one of this model; (0, 0) is exactly one."""
        return len(self.required - item.keys()), len(item.keys() - self.known)


def _union_steps(shape: Shape, changes: Changes) -> tuple[_MemberSteps, ...]:
    return tuple(
        _MemberSteps(
            frozenset(_field_names(model, only_required=True)),
            frozenset(_field_names(model)),
            tuple(change.downgrade for change in changes if model in change.schemas),
        )
        for model in shape.models
    )


def _downgrade_item(members: tuple[_MemberSteps, ...], item: Json) -> Json:
    if not isinstance(item, dict):
        return item
    # Found once, while the object has the head's names: each step may rename what tells the models apart.
    member = members[0] if len(members) == 1 else min(members, key=lambda one: one.distance(item))
    for step in member.steps:
        item = _convert_object(step, item)
    return item


def _convert_object(step: Step, body: Json) -> Json:
    # What is no object is left as it is: validation rejects it, or a newer change has replaced it by null.
    return step(body) if isinstance(body, dict) else body


def _convert_each(step: Step, items: Json) -> Json:
    return [step(item) for item in items] if isinstance(items, list) else items


def _chain(steps: list[Step]) -> Step | None:
    return partial(_convert_in_turn, steps) if steps else None


def _convert_in_turn(steps: list[Step], body: Json) -> Json:
    for step in steps:
        body = step(body)
    return body


def _touches(change: VersionChange, shape: Shape) -> bool:
    return not set(change.schemas).isdisjoint(shape.models)


def _check_models_inside(shape: Shape, changes: Changes) -> None:
    """Raise for a change that names only a model inside of the shape's models: it would never be called."""
    for part in _union_parts(shape.item):
        unnamed = [change for change in changes if part not in change.schemas]
        _check_inside(part, _inner_models(part) - {part}, unnamed)


def _check_inside(outer: object, inner: set[Model], changes: Iterable[VersionChange]) -> None:
    for change in changes:
        if lost := inner & set(change.schemas):
            names = ", ".join(sorted(model.__name__ for model in lost))
            raise TimelineError(
                f"{type(change).__name__} touches {names} inside of"
                f" {getattr(outer, '__name__', outer)}: name that one too"
            )


def _check_union(shape: Shape, changes: Changes) -> None:
    """Raise where a change touches one model of a union, and an object of it may look like one of another model."""
    for change in changes:
        touched = [model for model in shape.models if model in change.schemas]
        others = [model for model in shape.models if model not in change.schemas]
        for one, other in ((one, other) for one in touched for other in others):
            if not (_marks(one, other) or _marks(other, one)):
                raise TimelineError(
                    f"{type(change).__name__} touches {one.__name__}, which can't be told from"
                    f" {other.__name__}: one needs a required field that the other doesn't have"
                )


def _marks(one: Model, other: Model) -> bool:
    return bool(set(_field_names(one, only_required=True)) - set(_field_names(other)))


def _field_names(model: Model, *, only_required: bool = False) -> Iterator[str]:
    for attribute, field in model.model_fields.items():
        if field.is_required() or not only_required:
            yield field.serialization_alias or field.alias or attribute


def _is_model(annotation: object) -> TypeGuard[Model]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _union_parts(annotation: object) -> Iterator[Any]:  # Any: types
    if get_origin(annotation) in (Union, UnionType, Annotated):
        for argument in get_args(annotation):
            yield from _union_parts(argument)
    else:
        yield annotation


def _inner_models(annotation: object) -> set[Model]:
    found: set[Model] = set()
    _collect_models(annotation, found)
    return found


def _collect_models(annotation: object, found: set[Model]) -> None:
    if _is_model(annotation):
        if annotation not in found:
            found.add(annotation)
            for field in annotation.model_fields.values():
                _collect_models(field.annotation, found)
        return
    for argument in get_args(annotation):
        _collect_models(argument, found)
