"""The compiled kernel of Tocsin: one shared library, loaded by ``tocsin.native`` where this package is installed."""

from pathlib import Path

PATH = Path(__file__).with_name("kernel.so")
