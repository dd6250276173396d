"""What goes through lists, in SQL: as ``some``, ``every`` and totals in ``tosdsl/values/totals.py``."""

from __future__ import annotations

from attrs import frozen

from tosdsl.backends.sql.columns import Column, Layout
from tosdsl.backends.sql.comparison import NUMBERS, in_type, narrow_or_wide
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.terms import NoSqlError, Term
from tosdsl.base import limits
from tosdsl.trees import vocabulary as v


@frozen
class Lists:
    """Makes the SQL of quantifiers and totals."""

    dialect: Dialect
    layout: Layout

    def _item(self, items: Term) -> Column:
        """The column that one item would have."""
        assert isinstance(items.kind, v.ListOf)
        return next(self.layout.columns("", items.kind.item, items.path))

    def quantified(self, kind: str, items: Term, alias: str, body: Term) -> str:
        fold = self.dialect.some if kind == "some" else self.dialect.every
        return fold(items.sql, alias, body.sql, self._item(items))

    def total(
        self, items: Term, alias: str, where: Term | None, value: Term | None, kind: v.Type | None
    ) -> Term:
        """A count, without a ``value``, or a sum. It is open where ``where`` is, for one item."""
        if value is not None and not isinstance(value.kind, NUMBERS):
            raise NoSqlError("a sum of what are no numbers")
        den, most = (1, 1) if value is None else (value.den, value.bound)
        bound = most * limits.MAX_LIST
        narrow_or_wide(self.dialect, bound)
        zero = self.dialect.whole(0, wide=True)
        sql = self.dialect.whole(1, wide=True) if value is None else in_type(self.dialect, value, True)
        if value is not None and value.none is not None:
            sql = f"(CASE WHEN {value.none} THEN {zero} ELSE {sql} END)"
        if where is not None:
            sql = (
                f"(CASE WHEN {where.sql} IS NULL THEN NULL WHEN {where.sql} THEN {sql} ELSE {zero} END)"
            )
        made = self.dialect.total(items.sql, alias, sql, self._item(items))
        return Term(None if kind is None else v.bare(kind), made, None, den, bound, True)
