"""Fragments with a meaning in a format, inserted where they do not belong."""

from __future__ import annotations

HEADS = (
    "---\n", "+++\n", "title: ", "title: [", "date: ", "date: 2024-13-45\n", "date: 0000-00-00\n",
    "date: 2024-05-03T25:00:00Z\n", "date: 2001-12-14t21:59:43.10-99:00\n", "speakers: ", "speakers: {1: 2}\n",
    "roles: x\n", "? [1]\n: 2\n", "<<: *a\n", "&a [*a]\n", "!!python/object:os.system x\n", "!!timestamp x\n",
    "!!int x\n", "!!binary é\n", "title: !!int ''\n", 'title: "\\uD800"\n', 'title: "\\0\\e"\n', "title: 0o8\n",
    "title: 1:99:99\n", "title: .nan\n", "title: ~\n", "kind: 3\n", "date = 2024-05-03T00:00:00+99:00\n",
    'title = "\\ud800"\n', "a = [\n", "- ", "{", "[", "\t", "%YAML 9\n", "title: 1_0\n", "title: " + "[" * 3000 + "\n",
    "title: " + "9" * 5000 + "\n", "title: 0x" + "f" * 5000 + "\n", "title = 0x" + "f" * 5000 + "\n",
    "title: !!bool x\n", "date: " + "9" * 9 + "-01-01\n", 'site: "\\ud83d"\n',
)  # fmt: skip
"""Metadata at the head of a text, most of it wrong."""
STARTS = (
    "# ", "###### ", "- ", "* ", "1. ", "999999999) ", "> ", "    ", "\t", "| ", "```", "~~~", "---", "===", "<b>",
    "<!--", "[a]: ", "Marie : ", "[Odile] (0:01 - 0:02) ", "E1 – ", "E1. ", "**Marie**", "(00:12) Marie - ", "Date : ",
    "\u00a0", "É ", "(99:99:99) E1 : ",
)  # fmt: skip
"""Starts of a line of text: marks of Markdown, labels of speakers."""
INLINE = (
    "*", "**", "_", "`", "[", "](", "![", "<", "&", "\\", "|", "|-|-|\n", "<a href=", "<!--", "&#x110000;", "  \n",
    "\\\n", ": ", "a*", "[a](", "*a_", "\n> ", "\n\n", "\n",
)  # fmt: skip
"""Marks inside a line of Markdown."""
HTML = (
    "<div>", "</div>", "<table><tr><td>", "<ul><li>", "<pre>", "<svg>", "<math><mtext>", "<template>", "<script>",
    "<style>", "<plaintext>", "<select>", "<frameset>", "<b><p>", "<a><div>", "<!--", "<![CDATA[", "<p hidden>",
    "<br/>", "</p>", "<noscript>", "<meta charset=utf-16>", "<?xml version='1.0'?>", "<a/>", "<p a=1", "<b a=1 b=2 ",
    "&nbsp", "&#", "<isindex>", "<body>", "<dd><dt>",
)  # fmt: skip
"""Tags with parsing rules of their own."""
PDF = (
    "<<", ">>", "[", "]", "endobj", "endstream", "stream\n", "1 0 obj", "0 0 R", "3 0 R", "/Kids [2 0 R]",
    "/Count 99999", "/Type /Page", "/Length 1", "/MediaBox [0 0 1e9 1e9]", "/Rotate 45", "BT", "ET", " Tf", " Tm",
    " Td", "(", ")", "<FF>", "q ", "Q ", " cm", " Tj", "/Encrypt 5 0 R", "/Filter /FlateDecode", "xref", "trailer",
    "startxref\n0", "%%EOF", "/Parent 3 0 R", "/Contents 3 0 R", "9 Tr",
)  # fmt: skip
"""Words of PDF files and operators of their page contents."""
GRID = (
    '"', '""', '" "', "<exists>", "<absent>", '"IntervalTier"', '"TextTier"', "! ", "0 1", "intervals [1]:",
    "size = 99999999", 'text = "a"', "xmin = -1", "1.2.3", "1e999", "item []:",
)  # fmt: skip
"""Words of TextGrids."""
CUES = (
    "00:00:01,000 --> 00:00:02,000\n", "00:01.000 --> 00:00.000\n", "9999:99:99 --> 0:0\n", "1\n", "WEBVTT\n", "NOTE ",
    "STYLE\n", "<v Odile>", "<v ", "</v>", "<c.a>", "<00:01.0>", "{\\an8}", "- ", ">> ", "Marie : ", "&lt;", "&#xD800;",
    "&#9999999999;", "\n\n", "\n",
)  # fmt: skip
"""Words of subtitles."""
