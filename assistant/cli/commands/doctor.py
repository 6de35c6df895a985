"""`assistant doctor`: the health of the index, of the folders and of the models."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from assistant.cli.commands.common import DONE, IN_PART, open_workspace, read_settings, write_json
from assistant.settings import AssistantSettings

if TYPE_CHECKING:
    from index.indexing.doctor import HealthCheck


def run(options: argparse.Namespace) -> int:
    """Check the index, the folders and the models, and print how to repair what is not well."""
    from index.indexing.doctor import run_checks

    index_settings, settings = read_settings(options)
    findings = [*run_checks(open_workspace(options, index_settings)), _model_finding(settings)]
    well = all(finding.well for finding in findings)
    if options.json:
        write_json({"well": well, "findings": [_as_json(finding) for finding in findings]})
    else:
        for finding in findings:
            print(f"{'✓' if finding.well else '✗'} {finding.subject}\u00a0: {finding.seen} {finding.remedy}".rstrip())
    return DONE if well else IN_PART


def _as_json(finding: HealthCheck) -> dict[str, object]:
    return {"what": finding.subject, "well": finding.well, "seen": finding.seen, "remedy": finding.remedy}


def _model_finding(settings: AssistantSettings) -> HealthCheck:
    """Check the language model, if one is set."""
    if settings.model is None:
        from index.indexing.doctor import HealthCheck

        seen = "Aucun, ce qui est permis : les réponses sont les passages eux-mêmes."
        return HealthCheck("Modèle de langage", True, seen)
    from assistant.answer.language_model import LanguageModel

    return LanguageModel(settings.model).examine()
