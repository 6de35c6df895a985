"""Reading of corpus files to sources, and a clear line for each file that cannot be read."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from index.errors import BadMetadata, CorpusUnavailable, UnreadableFile
from index.reading.metadata import Description
from index.reading.read import OpenedFile, list_files, open_file, source_id
from tests.conftest import ROOT
from tests.index.builders import write

LIST_SCRIPT = """
import sys; from pathlib import Path
from index.errors import CorpusError
from index.reading.read import list_files
try: print(list_files(Path(sys.argv[1])))
except CorpusError as error: print(type(error).__name__, error)
"""


def opened(root: Path, path: str, description: Description | None = None) -> OpenedFile:
    return open_file(root, PurePosixPath(path), description or Description())


def names(root: Path) -> list[str]:
    return [str(path) for path in list_files(root)]


def list_without_root_rights(root: Path) -> str:
    """Return the output of `list_files` run without the right of root to read every file."""
    listing = [sys.executable, "-c", LIST_SCRIPT, str(root)]
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    command = [*drop, *listing] if os.geteuid() == 0 else listing
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return process.stdout + process.stderr


# — the folder —


def test_files_are_listed_in_order_without_those_that_describe_the_corpus(tmp_path: Path) -> None:
    kept = ["b.txt", "documents/a.md", "documents/sous/c.md", "readme-du-projet.md", "z.pdf"]
    left = ["README.md", "documents/Readme.txt", "corpus.toml", "lexique.toml", "b.txt.meta.toml", ".cache", ".git/x"]
    left += ["documents/~$a.docx", "documents/.sync/y.md"]
    assert names(write(tmp_path, {name: "x" for name in kept + left})) == kept


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusUnavailable, match=r"absent.*n'existe pas"):
        list_files(tmp_path / "absent")


def test_a_file_is_not_accepted_as_the_corpus_folder(tmp_path: Path) -> None:
    with pytest.raises(CorpusUnavailable, match="n'est pas un dossier"):
        list_files(write(tmp_path, {"a.txt": "x"}) / "a.txt")


@pytest.mark.parametrize("files", [{}, {"README.md": "x", "corpus.toml": "", ".a": "x", "a.txt.meta.toml": ""}])
def test_a_folder_with_nothing_to_index_is_refused(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(CorpusUnavailable, match="aucun fichier"):
        list_files(write(tmp_path, files))


def test_a_folder_name_with_a_line_break_gives_one_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusUnavailable) as refused:
        list_files(tmp_path / "deux\nlignes")
    assert "\n" not in str(refused.value)


@pytest.mark.process
@pytest.mark.parametrize("closed", [".", "documents"])
def test_a_closed_folder_is_refused_with_the_remedy(tmp_path: Path, closed: str) -> None:
    root = write(tmp_path / "corpus", {"documents/a.txt": "x", "b.txt": "x"})
    (root / closed).chmod(0o000)
    try:
        output = list_without_root_rights(root)
    finally:
        (root / closed).chmod(0o755)
    assert output.startswith("CorpusUnavailable")
    assert "permission refusée" in output
    assert "chmod" in output


@pytest.mark.process
def test_a_folder_inside_a_closed_one_is_refused_with_the_remedy(tmp_path: Path) -> None:
    root = write(tmp_path / "closed" / "corpus", {"a.txt": "x"})
    root.parent.chmod(0o000)
    try:
        output = list_without_root_rights(root)
    finally:
        root.parent.chmod(0o755)
    assert output.startswith("CorpusUnavailable")


# — one file —


@pytest.mark.parametrize("name", ["a.xyz", "README", "a.txt.bak"])
def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        opened(write(tmp_path, {name: "x"}), name)
    assert ".md" in refused.value.remedy
    assert ".txt" in refused.value.remedy


@pytest.mark.parametrize("name", ["a.TXT", "a.Md", "a.markdown", "a.text"])
def test_suffixes_are_known_in_any_case(tmp_path: Path, name: str) -> None:
    (section,) = opened(write(tmp_path, {name: "Les bénévoles sèment."}), name).read("x").sections
    assert section.text == "Les bénévoles sèment."


@pytest.mark.parametrize("content", ["", " \n\t\n", "\ufeff", "---\ntitle: Vide\n---\n"])
def test_a_file_without_text_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableFile, match="ne contient pas de texte"):
        opened(write(tmp_path, {"a.txt": content}), "a.txt").read("a")


def test_bad_front_matter_is_refused_when_opening(tmp_path: Path) -> None:
    with pytest.raises(BadMetadata, match="visibility"):
        opened(write(tmp_path, {"a.md": "---\nvisibility: tous\n---\nx"}), "a.md")


def test_a_link_inside_the_corpus_is_read(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.txt": "Les bénévoles."})
    (root / "b.txt").symlink_to(root / "a.txt")
    assert [section.text for section in opened(root, "b.txt").read("x").sections] == ["Les bénévoles."]


@pytest.mark.parametrize("target", ["../secret.txt", "../secret", "/etc/hostname"])
def test_a_link_out_of_the_corpus_is_refused(tmp_path: Path, target: str) -> None:
    write(tmp_path, {"secret.txt": "secret", "secret/a.txt": "secret"})
    root = write(tmp_path / "corpus", {"a.txt": "x"})
    (root / "b.txt").symlink_to(target)
    assert "b.txt" in names(root)
    with pytest.raises(UnreadableFile, match="hors du corpus"):
        opened(root, "b.txt")


def test_a_linked_folder_is_not_entered(tmp_path: Path) -> None:
    root = write(tmp_path / "corpus", {"a.txt": "x", "sub/b.txt": "x"})
    (root / "sub" / "again").symlink_to(root)
    assert names(root) == ["a.txt", "sub/again", "sub/b.txt"]


def test_a_broken_link_is_one_file_that_fails(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("absent.txt")
    with pytest.raises(UnreadableFile, match="ne peut pas être lu"):
        opened(tmp_path, "a.txt")


def test_a_link_to_itself_is_one_file_that_fails(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("a.txt")
    with pytest.raises(UnreadableFile):
        opened(tmp_path, "a.txt")


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(UnreadableFile, match="ordinaire"):
        opened(tmp_path, "a.txt")


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.md", "---\ntitle: Dit\n---\n# Lu\n\nTexte.", "Dit"),
        ("a.md", "# Lu\n\nTexte.", "Lu"),
        ("a.md", "Texte.\n\n## Plus bas\n\nTexte.", "Plus bas"),
        ("note du 3.txt", "Les bénévoles sèment.", "note du 3"),
        ("a.txt", "LES JARDINS\nDU PONT\n\nTexte.", "LES JARDINS DU PONT"),
    ],
)
def test_the_title_comes_from_metadata_or_headings_or_the_file_name(
    tmp_path: Path, name: str, content: str, title: str
) -> None:
    assert opened(write(tmp_path, {name: content}), name).read("a").source.title == title


def test_the_title_is_not_repeated_in_the_places_under_it(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.md": "# Les Jardins\n\n## Lieux\n\nBrumeval."})
    found = opened(root, "a.md").read("a").sections[-1]
    assert found.place.heading == ("Lieux",)
    assert found.context == ("Les Jardins", "Lieux")


def test_metadata_of_a_file_are_in_its_source(tmp_path: Path) -> None:
    head = "---\ndate: 2024-05-03\nsite: Brumeval\nnature: reformulation\nkind: transcript\nvisibility: public\n---\n"
    reading = opened(write(tmp_path, {"x/a.md": f"{head}Texte."}), "x/a.md").read("un")
    source = reading.source
    assert (source.id, source.path, source.title, source.kind, source.site) == (
        "un",
        "x/a.md",
        "a",
        "transcript",
        "Brumeval",
    )
    assert (source.date, source.visibility, source.nature) == ("2024-05-03", "public", "reformulation")
    assert reading.sections[0].place.line == 8


def test_the_digest_depends_on_content_and_metadata(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.txt": "x", "b.txt": "x", "c.txt": "y", "documents/a.txt": "x"})
    digests = {name: opened(root, name).digest for name in names(root)}
    assert digests["a.txt"] == digests["b.txt"]
    assert len(set(digests.values())) == 3  # other words, and another visibility
    assert opened(root, "a.txt", replace(Description(), defaults={"site": "Brumeval"})).digest != digests["a.txt"]


def test_the_first_id_of_a_source_is_stable() -> None:
    assert source_id(PurePosixPath("a.txt")) == source_id(PurePosixPath("a.txt"))
    assert source_id(PurePosixPath("a.txt")) != source_id(PurePosixPath("b/a.txt"))
