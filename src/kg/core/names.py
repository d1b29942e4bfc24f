"""IRIs, prefixes and compact names; BASE is a build constant in `ontology/config/base.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

from kg.core.bundle import find_bundle
from kg.core.errors import UnknownName

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_-])?")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Names:
    """Prefixes and the base that own IRIs start with."""

    base: str
    prefixes: Mapping[str, str]

    def iri(self, curie: str) -> str:
        """The full IRI of `prefix:local`; raises UnknownName for a prefix not declared."""
        prefix, _, local = curie.partition(":")
        if prefix not in self.prefixes:
            raise UnknownName("prefix", prefix, self.prefixes)
        return self.prefixes[prefix] + local

    def id(self, slug: str) -> str:
        """The IRI of an instance."""
        return f"{self.prefixes['id']}{slug}"

    def graph(self, name: str) -> str:
        """The IRI of a named graph."""
        return f"{self.prefixes['g']}{name}"

    def scheme(self, scheme: str) -> str:
        """The IRI of a concept scheme."""
        return f"{self.base}scheme/{scheme}"

    def concept(self, scheme: str, notation: str) -> str:
        """The IRI of a concept."""
        return f"{self.base}scheme/{scheme}/{notation}"

    def split(self, iri: str) -> tuple[str, str] | None:
        """Prefix and local name where the IRI has both and needs no escapes, else None."""
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._by_iri.get(iri[:cut])
        return (prefix, iri[cut:]) if prefix and _LOCAL.fullmatch(iri[cut:]) else None

    def curie(self, iri: str) -> str:
        """`prefix:local`, or the IRI itself where no prefix fits."""
        found = self.split(iri)
        return ":".join(found) if found else iri

    def slug(self, iri: str) -> str:
        """The slug of an instance's IRI, `scheme/notation` of a concept's, else the CURIE."""
        if iri.startswith(self.prefixes["id"]):
            return iri[len(self.prefixes["id"]) :]
        schemes = f"{self.base}scheme/"
        return iri[len(schemes) :] if iri.startswith(schemes) else self.curie(iri)

    def sparql_prologue(self) -> str:
        """PREFIX lines for every declared prefix."""
        return "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in sorted(self.prefixes.items()))

    @cached_property
    def _by_iri(self) -> Mapping[str, str]:
        return {iri: prefix for prefix, iri in self.prefixes.items()}


def load_names(config: Path) -> Names:
    """Names from a `base.yaml`; own prefixes are written relative to the base."""
    data = yaml.safe_load(config.read_text(encoding="utf-8"))
    base = data["base"]
    prefixes = {p: iri if "://" in iri else base + iri for p, iri in data["prefixes"].items()}
    return Names(base, prefixes)


@cache
def shipped_names() -> Names:
    """Names of the shipped ontology."""
    return load_names(find_bundle().ontology / "config" / "base.yaml")
