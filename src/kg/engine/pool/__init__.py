"""Query workers: processes that may be killed, because a running query cannot be stopped."""

from kg.engine.pool.handoff import Lendable
from kg.engine.pool.pool import Pool
from kg.engine.pool.request import Failure, FailureKind, Limits, Question
from kg.engine.pool.worker import Answer

__all__ = ["Answer", "Failure", "FailureKind", "Lendable", "Limits", "Pool", "Question"]
