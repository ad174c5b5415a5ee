# ruff: noqa: INP001 - a build hook is no package
"""Compile the kernel into the wheel: with ``CC`` (default ``cc``), ``CFLAGS`` behind the flags that stand here.

The library has no Python in it, so one wheel serves every Python on a platform.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FLAGS = ["-std=c99", "-O3", "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra"]


class KernelHook(BuildHookInterface[Any]):
    """Compiles before the wheel is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the signature is hatchling's
        """Add the library to the wheel, and the platform to its name."""
        self._folder = tempfile.TemporaryDirectory()
        library = Path(self._folder.name, "kernel.so")
        source = Path(self.root, "tocsin_kernel", "kernel.c")
        compiler = shlex.split(os.environ.get("CC", "cc"))
        extra = shlex.split(os.environ.get("CFLAGS", ""))
        command = [*compiler, *FLAGS, *extra, "-o", str(library), str(source)]
        subprocess.run(command, check=True)  # noqa: S603 - the compiler is the builder's own choice
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        build_data["force_include"][str(library)] = "tocsin_kernel/kernel.so"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - the same
        """Remove what was compiled: it is in the wheel."""
        self._folder.cleanup()
