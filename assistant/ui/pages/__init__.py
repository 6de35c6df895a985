"""The pages beside the conversation, one file a page: plain HTML, without Gradio."""
