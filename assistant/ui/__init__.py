"""The page in the browser. Gradio is met only here, and its telemetry is off before any module of ours imports it."""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
