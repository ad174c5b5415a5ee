"""The watchlist language: read, check, compile, publish.

``source.read_paths`` turns files into documents that know their lines, ``language`` says what may stand in one,
``compile.compile_document`` makes the ``model.rule.Watchlist`` that the matcher looks for, ``checks`` says what is
unwise. ``load`` does all of it; ``records`` is the form in which a published version is kept.

Every problem names file and line and says what to write instead. Errors are what cannot be meant; warnings never
refuse.
"""

from __future__ import annotations

from tocsin.watchlists.loading import Loaded, compile_text, load

__all__ = ["Loaded", "compile_text", "load"]
