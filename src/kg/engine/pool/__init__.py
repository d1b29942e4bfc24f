"""Query workers: processes that may be killed, because a running query cannot be stopped."""

from kg.engine.pool.handoff import HandoffConnection
from kg.engine.pool.pool import Pool
from kg.engine.pool.request import EngineRequest, Failure, FailureKind, Limits
from kg.engine.pool.worker import EngineAnswer

__all__ = [
    "EngineAnswer",
    "EngineRequest",
    "Failure",
    "FailureKind",
    "HandoffConnection",
    "Limits",
    "Pool",
]
