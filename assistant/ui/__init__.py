"""The web interface, the only package that imports Gradio; its telemetry is disabled here, before any import."""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
