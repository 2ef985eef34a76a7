"""Exchange of term bases: ``read_terms(write_terms(x))`` gives back all a format can carry of x.

| format | carries |
| --- | --- |
| ``tsv``, ``csv``, ``xlsx`` | everything, unknown columns too |
| ``tbx`` (TBX-Basic) | everything |
| ``utx`` (UTX 1.20, two languages) | en with aliases; one target language with its statuses; ids |
| ``omegat`` (two languages) | en with aliases; accepted renderings of one target; notes |

``write_terms`` returns what had to be left behind, one plain sentence per kind of loss.
"""

from aligner.termbase.exchange.formats import FORMATS, format_of, read_terms, write_terms

__all__ = ["FORMATS", "format_of", "read_terms", "write_terms"]
