"""Growth: a million cases or reports in minutes, so that queries are measured at the size they will meet."""

from portal.site.cli.growth.cases import grow
from portal.site.cli.growth.occurrences import grow_occurrences
from portal.site.cli.growth.proofs import grow_proofs
from portal.site.cli.growth.reports import grow_reports
from portal.site.cli.growth.sinks import NothingToGrow

__all__ = ["NothingToGrow", "grow", "grow_occurrences", "grow_proofs", "grow_reports"]
