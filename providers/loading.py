"""Builds the registry: imports the plugins, calls their hooks, and rejects plugins that cannot work."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from importlib import import_module, metadata
from types import ModuleType
from typing import TypeVar

import pluggy

from providers import hookspecs
from providers.claims import find_faults, list_claims
from providers.compatibility import find_mismatch
from providers.contracts import AuthProvider, Mailbox, MailSource
from providers.options import find_fault_of_options
from providers.registry import Plugin, Registered, Registry

ENTRY_POINT_GROUP = "happo.plugins"
# What a plugin has read is stored under its name.
NAME = re.compile(r"(?=.{1,100}\Z)[a-z0-9]+(?:[-_.][a-z0-9]+)*")
T = TypeVar("T", AuthProvider, MailSource, Mailbox)


class PluginError(Exception):
    """A plugin cannot be used, and Happo does not start.

    The text is one line: it names the plugin and the cause, and how to start without the plugin.
    """

    def __init__(self, plugin: Plugin | None, reason: str) -> None:
        text = f"plugin {plugin}: {reason}"
        if plugin is not None:
            text += f". To start without it: PLUGINS_OFF={plugin.name}"
        super().__init__(" ".join(text.split()))


def load_registry(
    shipped: Sequence[str] = (), *, installed: bool = True, without: Collection[str] = ()
) -> Registry:
    """Return the registry of the shipped plugins (module names) and those installed under `happo.plugins`.

    Plugins whose names are in `without` are not even imported.

    Raises `PluginError` if a plugin was made for other contracts, does not import, registers nothing or an unknown
    hook, breaks its contract, or claims a name or a sender of another plugin.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    plugins = [
        *_register_shipped(manager, shipped, without),
        *(_register_installed(manager, without) if installed else ()),
    ]
    _check_hooks(manager, plugins)
    # mypy accepts only concrete classes for `type[...]`; isinstance also works with a runtime protocol.
    auth_providers = _collect(manager, plugins, "register_auth_providers", AuthProvider)  # type: ignore[type-abstract]
    sources = _collect(manager, plugins, "register_mail_sources", MailSource)  # type: ignore[type-abstract]
    mailboxes = _collect(manager, plugins, "register_mailboxes", Mailbox)  # type: ignore[type-abstract]
    return Registry(
        plugins=tuple(plugins),
        registered_auth_providers=auth_providers,
        registered_mail_sources=_check_claims(sources),
        registered_mailboxes=mailboxes,
    )


def find_unknown(
    names: Collection[str], shipped: Sequence[str] = (), *, installed: bool = True
) -> list[str]:
    """Return those of `names` that no plugin has, sorted; the other arguments are those of `load_registry`."""
    known = {module.rpartition(".")[2] for module in shipped}
    if installed:
        known |= metadata.entry_points(group=ENTRY_POINT_GROUP).names
    return sorted(set(names) - known)


def _register_shipped(
    manager: pluggy.PluginManager, modules: Sequence[str], without: Collection[str]
) -> Iterator[Plugin]:
    for module in modules:
        plugin = Plugin(name=module.rpartition(".")[2], origin="shipped", module=module)
        if plugin.name in without:
            continue
        _register(manager, plugin, partial(import_module, module))
        yield plugin


def _register_installed(
    manager: pluggy.PluginManager, without: Collection[str]
) -> Iterator[Plugin]:
    for entry_point in sorted(
        metadata.entry_points(group=ENTRY_POINT_GROUP), key=lambda found: found.name
    ):
        if entry_point.name in without:
            continue
        dist = entry_point.dist
        distribution = f"{dist.name} {dist.version}" if dist else None
        plugin = Plugin(
            name=entry_point.name,
            origin="installed",
            module=entry_point.value,
            distribution=distribution,
        )
        if mismatch := find_mismatch(dist):
            raise PluginError(plugin, mismatch)
        _register(manager, plugin, entry_point.load)
        yield plugin


def _register(
    manager: pluggy.PluginManager, plugin: Plugin, load: Callable[[], ModuleType | object]
) -> None:
    if not NAME.fullmatch(plugin.name):
        raise PluginError(
            plugin, "a name is lower-case letters and digits, joined by - _ or ., 100 at most"
        )
    if manager.has_plugin(plugin.name):
        raise PluginError(plugin, "there is another plugin of that name; uninstall one of them")
    try:
        loaded = load()
    except (Exception, SystemExit) as error:
        raise PluginError(plugin, f"doesn't import: {type(error).__name__}: {error}") from error
    try:
        manager.register(loaded, name=plugin.name)
    except (ValueError, pluggy.PluginValidationError) as error:
        raise PluginError(plugin, f"{error}") from error
    if not manager.get_hookcallers(loaded):
        raise PluginError(
            plugin, "registers nothing; mark its hooks with providers.hookspecs.hookimpl"
        )


def _check_hooks(manager: pluggy.PluginManager, plugins: Sequence[Plugin]) -> None:
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        culprit = next(
            (plugin for plugin in plugins if manager.get_plugin(plugin.name) is error.plugin), None
        )
        raise PluginError(culprit, f"{error}") from error


def _collect(
    manager: pluggy.PluginManager, plugins: Sequence[Plugin], hook: str, contract: type[T]
) -> tuple[Registered[T], ...]:
    collected: list[Registered[T]] = []
    for plugin in plugins:
        for item in _call_hook(manager, plugin, plugins, hook):
            if not isinstance(item, contract):
                raise PluginError(plugin, f"{hook} gave {item!r}, which is no {contract.__name__}")
            if not isinstance(item.name, str) or not NAME.fullmatch(item.name):
                raise PluginError(plugin, f"{hook}: {item.name!r} is no name")
            if fault := find_fault_of_options(item):
                raise PluginError(plugin, f"{hook}: {item.name!r} {fault}")
            rival = next((other for other in collected if other.item.name == item.name), None)
            if rival:
                raise PluginError(
                    plugin, f"{hook}: {item.name!r} is already registered by plugin {rival.plugin}"
                )
            collected.append(Registered(plugin, item))
    return tuple(collected)


def _call_hook(
    manager: pluggy.PluginManager, plugin: Plugin, plugins: Sequence[Plugin], hook: str
) -> list[object]:
    """Call one hook of this plugin alone, so that its results can be attributed to it."""
    others = [manager.get_plugin(other.name) for other in plugins if other is not plugin]
    try:
        answers = manager.subset_hook_caller(hook, others)()
    except (Exception, SystemExit) as error:
        raise PluginError(plugin, f"{hook} raised {type(error).__name__}: {error}") from error
    if not all(isinstance(answer, list) for answer in answers):
        raise PluginError(plugin, f"{hook} must return a list")
    return [item for answer in answers for item in answer]


def _check_claims(
    registered: tuple[Registered[MailSource], ...],
) -> tuple[Registered[MailSource], ...]:
    owners: dict[str, Registered[MailSource]] = {}
    for one in registered:
        for fault in find_faults(one.item):
            raise PluginError(one.plugin, f"mail source {one.item.name!r} {fault}")
        for claim in list_claims(one.item):
            rival = owners.setdefault(claim, one)
            if rival is not one:
                raise PluginError(
                    one.plugin,
                    f"mail from {claim!r} is already read by "
                    f"{rival.item.name!r} of plugin {rival.plugin}",
                )
    return registered
