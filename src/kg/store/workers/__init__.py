"""Query workers: processes that may be killed, because a running query cannot be stopped."""

from kg.store.workers.loans import Lendable
from kg.store.workers.pool import Pool
from kg.store.workers.question import Failure, FailureKind, Limits, Question
from kg.store.workers.worker import Answer

__all__ = ["Answer", "Failure", "FailureKind", "Lendable", "Limits", "Pool", "Question"]
