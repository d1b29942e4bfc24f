"""JSIP: an evidence-first knowledge graph of Japan's strategic-industry policy.

>>> import kg
>>> kg.open().entity("高市早苗").entity.en
'Sanae Takaichi'
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.core.errors import KgError
    from kg.edges.notebook import Drawing, Graph, open
    from kg.edges.notebook.magic import load_ipython_extension

    __version__: str

__all__ = ["Drawing", "Graph", "KgError", "__version__", "load_ipython_extension", "open"]


def __getattr__(name: str) -> Any:
    """Loads the notebook's part on first use, so that the command line starts quickly."""
    if name == "__version__":
        from importlib.metadata import version

        return version("jsip-kg")
    if name == "load_ipython_extension":
        from kg.edges.notebook.magic import load_ipython_extension

        return load_ipython_extension
    from kg.core import errors
    from kg.edges import notebook

    if name in __all__:
        return getattr(errors if name == "KgError" else notebook, name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
