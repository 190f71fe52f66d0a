"""Generates the Python bindings of the protocol while the package is built or installed."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = Path("agent/wire/generated")


class ProtocolBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        from grpc_tools import protoc

        root = Path(self.root)
        target = root / PACKAGE
        target.mkdir(parents=True, exist_ok=True)
        (target / "__init__.py").touch()
        proto_dir = root / "proto" / "epedicare" / "analysis" / "v1"
        status = protoc.main(
            [
                "protoc",
                f"--proto_path={proto_dir}",
                f"--python_out={target}",
                f"--pyi_out={target}",
                str(proto_dir / "analysis.proto"),
            ]
        )
        if status != 0:
            sys.exit("protoc could not compile proto/epedicare/analysis/v1/analysis.proto")
        build_data["artifacts"].append(f"{PACKAGE}/**")
