"""The theme of Gradio's page: its colours and fonts, as Gradio's variables; `style.css` holds the other rules. The
fonts are those of the system, so that the page fetches none."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

STYLE = Path(__file__).with_name("style.css")
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif")
MONO = ("ui-monospace", "Menlo", "Consolas", "Liberation Mono", "monospace")

# Light and dark values. Text and buttons keep a contrast ratio of at least 4.5 (WCAG AA).
PALETTE = {
    "body_background_fill": ("#f7f3ec", "#1b1815"),
    "background_fill_primary": ("#fffdf9", "#2b2621"),
    "background_fill_secondary": ("#f1ebe1", "#221e1a"),
    "block_background_fill": ("#fffdf9", "#2b2621"),
    "body_text_color": ("#2b2621", "#efe8de"),
    "body_text_color_subdued": ("#665c51", "#b9aea1"),
    "border_color_primary": ("#e0d7c9", "#443d36"),
    "border_color_accent": ("#8a3f1f", "#eba57f"),
    "color_accent_soft": ("#f6e6da", "#3d2b21"),
    "link_text_color": ("#8a3f1f", "#eba57f"),
    "link_text_color_hover": ("#6b2f15", "#f4bd9e"),
    "link_text_color_active": ("#6b2f15", "#f4bd9e"),
    "link_text_color_visited": ("#8a3f1f", "#eba57f"),
    "input_background_fill": ("#fffdf9", "#2b2621"),
    "input_border_color": ("#8c8072", "#8c8072"),
    "input_placeholder_color": ("#6f655a", "#a99e91"),
    "button_primary_background_fill": ("#8a3f1f", "#eba57f"),
    "button_primary_background_fill_hover": ("#6b2f15", "#f4bd9e"),
    "button_primary_text_color": ("#ffffff", "#24160e"),
    "button_secondary_background_fill": ("#fffdf9", "#2b2621"),
    "button_secondary_background_fill_hover": ("#f1ebe1", "#3b352f"),
    "button_secondary_border_color": ("#b5a897", "#6d6257"),
    "button_secondary_text_color": ("#2b2621", "#efe8de"),
}


def theme() -> gr.themes.Base:
    """Return the theme: warm paper and one accent colour, in light and dark."""
    light = {name: colours[0] for name, colours in PALETTE.items()}
    dark = {f"{name}_dark": colours[1] for name, colours in PALETTE.items()}
    return gr.themes.Base(
        text_size=gr.themes.sizes.text_lg, radius_size=gr.themes.sizes.radius_md, font=FONTS, font_mono=MONO
    ).set(**light, **dark)
