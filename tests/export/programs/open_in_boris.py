"""Run by BORIS' own Python: opens a project and prints what BORIS says and exports of it."""

import json
import sys
import tempfile
from pathlib import Path

from boris import config, export_observation, project_functions, version

_, changed, project, message = project_functions.open_project_json(sys.argv[1])
assert "error" not in project, project
integrity = project_functions.check_project_integrity(project, "s", sys.argv[1])
((observation_id, observation),) = project[config.OBSERVATIONS].items()
ethogram = project[config.ETHOGRAM]
with tempfile.TemporaryDirectory() as folder:
    table = Path(folder) / "events.tsv"
    if observation[config.EVENTS]:
        done, why = export_observation.export_tabular_events(
            project,
            {
                "time": config.TIME_EVENTS,
                config.SELECTED_SUBJECTS: ["patient"],
                config.SELECTED_BEHAVIORS: [b["code"] for b in ethogram.values()],
            },
            observation_id,
            observation,
            ethogram,
            str(table),
            "tsv",
        )
        assert done, why
    events = table.read_text() if table.exists() else ""
print(
    json.dumps(
        {
            "version": version.__version__,
            "changed": changed,
            "message": message,
            "integrity": integrity.replace("<br>", "").strip(),
            "events": events,
        }
    )
)
