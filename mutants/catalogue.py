"""All mutants, by their names."""

from mutants.collection import COLLECTION
from mutants.money_out import MONEY_OUT
from mutants.papers_and_events import PAPERS_AND_EVENTS

MUTANTS = {mutant.name: mutant for mutant in (*COLLECTION, *MONEY_OUT, *PAPERS_AND_EVENTS)}
