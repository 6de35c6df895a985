"""An invented corpus for the research pages: « Les Jardins du Pont » and its interviews do not exist. It has values for
every filter (sites, full and partial dates, roles, kinds), a text that would break a page, and more passages than one
page shows."""

from __future__ import annotations

from collections.abc import Mapping

HOSTILE = "<script>document.title = 'pris'</script> Le hangar & la brouette « neuve »."
SECRET = "topinambour"  # in what the team alone reads
LONG_TITLE = (
    "Compte rendu de la rencontre annuelle des jardinières, des jardiniers et de leurs voisins sur l’avenir de la "
    "serre, du hangar et des rangs de fèves"
)

FILES: Mapping[str, str] = {
    "corpus.toml": 'title = "Les Jardins du Pont"\n[[sites]]\nname = "Brumeval"\naliases = ["Lavoirs", "JL"]\n'
    '[[sites]]\nname = "Sourcelles"\n',
    "documents/charte.md": "---\ntitle: Charte des jardins\ndate: '2018-04-03'\n---\n\n# La charte\n\n## Les outils\n\n"
    "La tondeuse ne sert qu’aux bénévoles formés.\n\nLes bénévoles rangent les bêches dans le hangar.\n\n"
    "## Le hangar\n\nLe hangar ferme à clef.\n",
    "documents/note.txt": f"Note du hangar\n\n{HOSTILE}\n",
    "documents/annee.md": f"---\ntitle: {LONG_TITLE}\ndate: '2020'\nsite: Brumeval\n---\n\n# L’année\n\n"
    "Cette année, les bénévoles ont semé des fèves à Brumeval.\n\nLe gel a pris les semis en avril.\n",
    "documents/atelier.md": "---\ntitle: Synthèse d’un atelier\nnature: reformulation\n---\n\n# L’atelier\n\n"
    "Le groupe parle de la fatigue des bénévoles.\n",
    "transcripts/e1.txt": "---\ntitle: Entretien d’une jardinière\ndate: '2020-09'\nsite: Sourcelles\n"
    "speakers: {E1: Enquêtrice, M: Marie}\nroles: {Marie: bénévole}\n---\n\n"
    "E1 : Comment êtes-vous venue au jardin ?\n\n"
    f"M : Par une voisine, qui cultivait du {SECRET} près de la serre.\n\n"
    "E1 : Et aujourd’hui, que faites-vous ?\n\n"
    "M : Je m’occupe des semis, et les autres bénévoles arrosent.\n\n"
    "E1 : Est-ce que cela fatigue ?\n\n"
    "M : Oui, la fatigue vient vite quand on porte l’eau.\n",
    "transcripts/e2.txt": "---\ntitle: Entretien d’un trésorier\ndate: '2021-01-15'\nsite: Brumeval\n"
    "speakers: {E1: Enquêtrice, P: Paul}\nroles: {Paul: trésorier}\n---\n\n"
    "E1 : Qui tient les comptes ?\n\nP : C’est moi, depuis que la caisse est vide.\n\n"
    "E1 : Et les bénévoles ?\n\nP : Les bénévoles ne voient jamais les comptes, et c’est dommage.\n",
    "documents/rangs.md": "---\ntitle: Carnet des rangs\ndate: '2019-05'\nsite: Sourcelles\n---\n\n# Les rangs\n\n"
    + "\n\n".join(f"Rang {n} : une ligne de carottes, semée la semaine {n}." for n in range(1, 46))
    + "\n",
}
