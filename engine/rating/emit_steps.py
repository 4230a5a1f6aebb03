"""The first part of a plan's SQL where a level is metered by steps: a window is the mean of the highest level of each of its steps.

Contract: as `emit_records`. A window is the sum of its steps; windows of any length are told in the least number of steps that those of all are part
of, so that what a sum is divided by is one constant.
"""

from collections.abc import Callable

from engine.pricing.measures import step_of
from engine.rating.emit_records import Records, Relations, lengths_of
from engine.rating.plan import ItemPlan
from engine.values.microseconds import MICROSECOND

LEVELS = "OVER (PARTITION BY line ORDER BY w, step)"


class Steps(Records):
    """The relations `records` and `metered` of things whose levels are metered by steps."""

    def metered(self) -> Relations:
        """Levels from record to record: each step with records, and what goes on behind it in its window; then windows without records, whole ones and
        the one that the level ends in.

        What came before the period is a window of its own, -1, of which only the last level matters.
        """
        line, w = self._line_and_window()
        latest = self._dialect.of_last("quantity", ("happened", "quantity"))
        records, whole = (self._dialect.narrow(self._dialect.total(name)) for name in ("records", "whole"))
        begins, step, count = self._of(lambda plan: self._start(plan.calendar, "w")), self._step(), self._of(lambda plan: str(plan.calendar.count))
        share = self._of(lambda plan: self._by_steps(plan, lambda steps: plan.steps // steps))
        every = self._of(lambda plan: str(plan.steps))
        ends = self._of(lambda plan: self._number(plan.calendar, "until - 1"))
        lengths = f"{self._of(lambda plan: self._by_steps(plan))} AS steps, begins + {self._length()} AS closes"
        return {
            **self.levels(),
            "placed": f"SELECT {line} AS line, {w} AS w, happened, quantity, until\nFROM records",
            "begun": f"SELECT *, {begins} AS begins\nFROM placed",
            "stepped": f"SELECT *, CASE WHEN w < 0 THEN 0 ELSE {self._dialect.quotient('happened - begins', step)} END AS step\nFROM begun",
            "levels": (
                f"SELECT line, w, begins, step, {self._all_of('line')} AS records, min(happened) AS first_at, max(until) AS until, max(quantity) AS top,\n"
                f"{latest} AS latest\nFROM stepped\nGROUP BY line, w, begins, step"
            ),
            "followed": (
                f"SELECT *, lag(latest) {LEVELS} AS carried, lag(until) {LEVELS} AS carried_until, lag(w) {LEVELS} AS before, lead(w) {LEVELS} AS following,\n"
                f"lead(step) {LEVELS} AS following_step, begins + step * {step} AS step_begins, {lengths}\nFROM levels"
            ),
            "added": f"SELECT *, CASE WHEN w < 0 THEN 0 ELSE {self._added()} END AS whole\nFROM followed",
            "windows": f"SELECT line, w, {records} AS records, min(first_at) AS first_at, {whole} AS whole\nFROM added\nGROUP BY line, w",
            "left_over": (
                f"SELECT line, w + 1 AS w, latest, until, {ends} AS ends, least(coalesce(following, {count}), {count}) AS following\n"
                "FROM added\nWHERE following IS NULL OR following > w"
            ),
            "last": "SELECT line, ends AS w, latest, until\nFROM left_over\nWHERE ends >= w AND ends < following",
            "ended": f"SELECT line, w, latest, until, begins, begins + {self._length()} AS closes\nFROM (SELECT *, {begins} AS begins FROM last) l",
            "metered": (
                f"SELECT line, w, w + 1 AS after, records, first_at, whole * {share} AS metered\nFROM windows\n"
                f"UNION ALL\nSELECT line, w, least(following, ends), 0, NULL, latest * {every}\nFROM left_over\nWHERE least(following, ends) > w\n"
                f"UNION ALL\nSELECT line, w, w + 1, 0, NULL, latest * {self._reached('until')} * {share}\nFROM ended"
            ),
        }

    def _added(self) -> str:
        """What a step with records adds to its window: itself, the steps behind it, and of the first one those before it."""
        reaches = "carried IS NOT NULL AND first_at > step_begins AND carried_until > step_begins"
        behind = f"least(CASE WHEN following = w THEN following_step ELSE steps END, {self._reached('until')}) - step - 1"
        before = f"carried * least(step, {self._reached('carried_until')})"
        return (
            f"CASE WHEN {reaches} THEN greatest(top, carried) ELSE top END + latest * greatest({behind}, 0)\n"
            f"+ CASE WHEN before < w AND carried_until > begins THEN {before} ELSE 0 END"
        )

    def _reached(self, until: str) -> str:
        """How many steps of a window a level reaches that holds from its begin until an instant."""
        return self._dialect.quotient(f"least({until}, closes) - begins + {self._step()} - 1", self._step())

    # --- what windows have ------------------------------------------------------------------------------------------------------------

    def _of(self, text: Callable[[ItemPlan], str]) -> str:
        return self.by_thing([text(thing.plan) for thing in self._things], self._thing("line"))

    def _step(self) -> str:
        """The length of a step, in microseconds."""
        return self._of(lambda plan: str(_step(plan)))

    def _length(self) -> str:
        """The length of all steps of a window."""
        return self._of(lambda plan: self._by_steps(plan, lambda steps: steps * _step(plan)))

    def _by_steps(self, plan: ItemPlan, made: Callable[[int], int] = int) -> str:
        """What is made of the number of steps that a window has."""
        steps = (-(-length // _step(plan)) for _, length, _ in lengths_of(plan.calendar))
        return self._by_length(plan.calendar, [str(made(each)) for each in steps], "w", 2)


def _step(plan: ItemPlan) -> int:
    return step_of(plan.meter) // MICROSECOND
