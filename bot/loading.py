"""Makes the start shorter, and the memory at rest less.

What is loaded stays, so the collector of garbage need not look through it: not while it grows, and
never again after `end_loading`. And what only some people ever need is loaded when they first do.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any

# Loaded by the first look at anything in them, which takes 30 ms at most; our own among them stand
# before libraries that load all of themselves at once.
LATER = (
    "bot.app",
    "bot.bouncing",
    "bot.check",
    "bot.errands",
    "bot.mail.plug",
    "bot.permissions",
    "bot.platforms.groupme.plug",
    "bot.platforms.whatsapp.plug",
    "bot.playing",
    "bot.plug",
    "bot.translations",
    "bot.web.api.document",
    "bot.web.api.reference",
    "bot.web.api.sealing",
    "bot.web.easel",
    "bot.web.ed25519",
    "core.revising",
    "icalendar",
    "phonenumbers",
    "rapidfuzz",
    "resvg_py",
    "segno",
)
# What libraries load if it is there, for what we don't use: tracebacks in colour, a command line,
# and Telegram's passports. Whoever needs one of them after the start finds it as ever.
UNUSED = ("click", "cryptography", "pygments", "rich")
# How many objects come before the collector looks at the young, the middle and the old ones. Units
# of work make few cycles, and looking more often cost some percent of an accept's time.
YOUNG = (10_000, 20, 20)


class _Later(ModuleType):
    """Becomes the module that it stands for when something is looked up in it.

    Like `importlib.util.LazyLoader`, which before Python 3.12.3 shows a second thread a module that
    is half loaded.
    """

    def __getattr__(self, name: str) -> Any:
        self.load_now()
        return ModuleType.__getattribute__(self, name)

    def load_now(self) -> None:
        inside = self.__dict__
        with inside["__lock__"]:
            if not inside.pop("__waits__", False):
                return  # it is loaded, or being loaded by this very thread
            try:
                inside["__spec__"].loader.exec_module(self)
            except BaseException:
                inside["__waits__"] = True
                raise
            self.__class__ = ModuleType  # type: ignore[assignment]  # no longer a kind of its own


def load_later(name: str) -> None:
    """Have that module loaded when something is first looked up in it, unless it is loaded."""
    if name in sys.modules:
        return
    spec = find_spec(name)
    assert spec is not None, f"there is no module {name}"
    waiting = module_from_spec(spec)
    waiting.__class__ = _Later
    waiting.__dict__.update(__waits__=True, __lock__=RLock())
    sys.modules[name] = waiting
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, waiting)


def begin_loading() -> None:
    """For a process that will be nothing but Usher, before it imports anything else."""
    gc.disable()
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # as `import` documents it
    for name in LATER:
        load_later(name)


def end_loading(needed: str) -> None:
    """Load that module now. What was begun ends with it: from then on the collector looks after
    what is made.
    """
    module = import_module(needed)
    if isinstance(module, _Later):
        module.load_now()
    if gc.isenabled():
        return
    for name in UNUSED:
        if sys.modules.get(name, name) is None:
            del sys.modules[name]
    gc.freeze()
    gc.set_threshold(*YOUNG)
    gc.enable()
