"""The settings of a server, as one typed table: `KG_*` variables, overridden by flags."""

import os
import re
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HOST = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_PUBLIC = re.compile(rf"https?://{HOST.pattern}(?:{PREFIX.pattern})?/?")
_BYTES_OF_A_QUAD = 450  # in memory, with its share of columns
_UNKNOWN = 3_000_000  # quads, where the machine does not tell its memory


def held_in_memory(limits: Path = Path("/sys/fs/cgroup")) -> int:
    """How many quads a third of the memory holds that the machine, or a container, has."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return _UNKNOWN
    for name in ("memory.max", "memory/memory.limit_in_bytes"):  # cgroups(7), versions 2 and 1
        with suppress(OSError, ValueError):  # none, or "max"
            memory = min(memory, int((limits / name).read_text(encoding="ascii")))
    return memory // 3 // _BYTES_OF_A_QUAD


class Settings(BaseSettings):
    """What `kg serve` may be told; `kg serve --print-settings` shows the values in force."""

    model_config = SettingsConfigDict(env_prefix="KG_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    store: Path | None = Field(None, description="store folder; the shipped snapshot if unset")
    workers: int = Field(2, ge=1, le=64, description="query processes")
    timeout: float = Field(30.0, gt=0, le=3600, description="seconds one query may take")
    memory_mb: int = Field(
        2048, ge=128, description="MB of memory one query process, or the writer, may take"
    )
    queue: int = Field(32, ge=0, description="queries that may wait for a process")
    cache_mb: int = Field(32, ge=0, description="MB of answers that are kept")
    log_format: Literal["text", "json"] = Field(
        "text", description="json: a line per request and message, in JSON"
    )
    read_write: bool = Field(False, description="take updates, with a token")
    token_file: Path | None = Field(None, description="file with the token that writers send")
    inbox: Path | None = Field(
        None, description="inbox whose candidates are decided on at `/review`, on this machine only"
    )
    tables: Path | None = Field(
        None, description="tables that decisions go to; those of the checkout if unset"
    )
    overlay: bool = Field(False, description="those tables are private ones on top of the graph")
    union_default_graph: bool | None = Field(
        None, description="default graph is the union of all; unset: of the shipped snapshot"
    )
    load_mb: int = Field(256, ge=1, description="MB that one request may load")
    in_memory: int | None = Field(
        None,
        ge=0,
        description="most quads of a store served from memory, not disk; "
        "unset: what a third of the machine's memory holds",
    )
    columns: bool = Field(
        True, description="count and sum over columns of a store in memory, where they can"
    )
    warm: bool = Field(True, description="compute what the first readers of pages need beforehand")
    report_to: str = Field("", description="where errors are reported: mailto: or https: address")
    releases: Path | None = Field(
        None, description="folder of releases' files; those of the program if unset"
    )
    remote: str = Field("", description="SPARQL address of another engine that answers instead")

    base_path: str = Field("", description="path below which a proxy serves the site: /jsip")
    public_url: str = Field(
        "", description="address under which the site is reached; unset: what the client asks"
    )
    trusted_proxies: str = Field(
        "", description="addresses or networks whose X-Forwarded headers are believed; * all"
    )

    @field_validator("base_path")
    @classmethod
    def _is_path(cls, given: str) -> str:
        path = given.rstrip("/")
        if path and not PREFIX.fullmatch(path):
            raise ValueError(f"{given!r} is no path such as /jsip")
        return path

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, given: str) -> str:
        if given and not _PUBLIC.fullmatch(given):
            raise ValueError(f"{given!r} is no address such as https://data.example.org/jsip")
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, given: str) -> str:
        for name in given.replace(",", " ").split():
            if name != "*":
                ip_network(name, strict=False)  # raises ValueError
        return given

    @property
    def most_in_memory(self) -> int:
        """How many quads a store may have that is served from memory."""
        return held_in_memory() if self.in_memory is None else self.in_memory
