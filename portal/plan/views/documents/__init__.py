"""Documents with the numbers of the pages: the report of a period, the account of a year, the plan, its evaluation."""

from portal.plan.views.documents import files
from portal.plan.views.documents.annual import annual_account
from portal.plan.views.documents.evaluating import evaluation
from portal.plan.views.documents.quarterly import report
from portal.plan.views.documents.whole import plan_text

__all__ = ["annual_account", "evaluation", "files", "plan_text", "report"]
