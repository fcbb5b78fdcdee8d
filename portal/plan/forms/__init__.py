"""Forms of the plan."""

from portal.plan.forms.connecting import ConnectionForm, TakeForm, WorkbookForm

__all__ = ["ConnectionForm", "TakeForm", "WorkbookForm"]
