"""Pictures and documents that were sent, and where to download them."""

import hashlib
from dataclasses import dataclass
from typing import Any

from bot.sandbox.telegram.pictures import dimensions

KINDS = {"photo": ("AgAC", "photos", ".jpg"), "document": ("BQAC", "documents", "")}


@dataclass(frozen=True)
class StoredFile:
    """One upload. `path` is what getFile answers, `unique_id` is the same for the same bytes."""

    id: str
    unique_id: str
    kind: str
    data: bytes
    path: str
    name: str
    mime_type: str
    size: tuple[int, int] | None

    def wire(self) -> dict[str, Any]:
        """The fields that each kind of file shares in the Bot API."""
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }


class Files:
    """All files of the emulated Telegram, in memory."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}

    def add(self, kind: str, data: bytes, *, name: str, mime_type: str) -> StoredFile:
        """Keep an upload under a new `file_id`."""
        number = len(self._by_id) + 1
        prefix, folder, ending = KINDS[kind]
        digest = hashlib.sha256(data).hexdigest()
        ending = ending or ("." + name.rpartition(".")[2] if "." in name else "")
        stored = StoredFile(
            id=f"{prefix}AgADsandbox{number:06d}{digest[:24]}",
            unique_id=f"AQAD{digest[:12]}{number}",
            kind=kind,
            data=data,
            path=f"{folder}/file_{number}{ending}",
            name=name,
            mime_type=mime_type,
            size=dimensions(data),
        )
        self._by_id[stored.id] = stored
        return stored

    def get(self, file_id: str | None) -> StoredFile | None:
        """The file with this `file_id`."""
        return self._by_id.get(file_id or "")

    def at(self, path: str) -> StoredFile | None:
        """The file that getFile gave this path for."""
        return next((one for one in self._by_id.values() if one.path == path), None)

    def shown(self, unique_id: str) -> StoredFile | None:
        """The file that the page knows by this id."""
        return next((one for one in self._by_id.values() if one.unique_id == unique_id), None)
