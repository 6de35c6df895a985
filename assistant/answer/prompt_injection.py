"""Detects prompt injection: instructions to a machine in the text of the corpus.

A transcript may hold « ignore tes consignes », by accident or on purpose. Such a passage can be quoted, but is not
given to a language model. Patterns cannot cover every instruction: they are the first of two defences. The second is
that every sentence of a model is compared with the passages (see `assistant/answer/sentences.py`)."""

from __future__ import annotations

import re

from index.language import french

_RULES = (
    r"(?:consigne|instruction|regle|directive|ordre|contrainte|recommandation|prompt|rule|guideline|constraint"
    r"|tout ce qui precede|precedent|previous|above)"
)
_IGNORING = (
    r"ignor(?:e|es|ez|er|ons|ing)|oubli(?:e|es|ez|er|ons)|neglig(?:e|es|ez|er)|contourn(?:e|ez|er)|desobe\w+"
    r"|outrepass\w+|annul(?:e|ez|er)|disregard|forget|override|bypass|ne (?:suis|suivez|respecte|respectez|tiens) \w+"
)
_ANSWERING = (
    r"reponds|repondez|repondre|reponse|ecris|ecrivez|ecrire|affirme|affirmez|dis|dites|declare|declarez|annonce|annoncez"
    r"|revele|revelez|affiche|affichez|conclus|concluez|recopie|recopiez|ajoute|ajoutez|traduis|traduisez"
    r"|answer|reply|respond|say|write|print|reveal|output|repeat"
)
_HOW = (
    r"que|qu|toujours|uniquement|seulement|exclusivement|simplement|plutot|a toutes?|en anglais|ceci|cela|par|la phrase"
    r"|le texte|le mot|mot pour mot|ensuite|exactement|that|only|always|in|with|the following|: "
)
_MACHINE = (
    r"(?:(?:l|un|une|votre|notre|cet|cette|le|la|the|an?) )?(?:assistant(?!e|s? (?:social|familial|maternel|de |a ))"
    r"|ia|ai|intelligence artificielle|modele(?: de langage)?|chatbot|chatgpt|gpt|llm|language model)\b"
)
# Matched against folded text, with apostrophes and hyphens as spaces, and punctuation kept.
_INSTRUCTIONS = re.compile(
    "|".join(
        (
            rf"\b(?:{_IGNORING})\b(?: \w+){{0,6}} {_RULES}",
            rf"\b(?:nouvelles?|new|autres?) {_RULES}s?\s*[:.]",
            rf"(?:^|[.!?…;:,\n«\"(]|\b(?:et|puis|alors|and|then|please)) *(?:{_ANSWERING}) (?:{_HOW})",
            r"\b(?:a partir de maintenant|a partir d ici|desormais|dorenavant|from now on)\b,? ?(?:tu|vous|you)\b",
            r"\b(?:tu es|vous etes|you are|agis|agissez|act|comporte toi|fais comme si) "
            rf"(?:desormais|dorenavant|now|comme|as|en tant|{_MACHINE})",
            rf"\b(?:consigne|instruction|message|note|avis|attention)s? (?:a|pour|de|du|to|for|from) {_MACHINE}",
            rf"\ba l attention (?:de |du |d ){_MACHINE}|\ben tant qu? {_MACHINE}|\bas an? {_MACHINE}",
            rf"\b{_MACHINE} (?:doit|devra|doivent|devez|must|should|shall|will now)\b",
            r"\b(?:system|systeme|developer|assistant|user|utilisateur|administrat\w+) ?(?:prompt|message)? ?:",
            r"\bprompts?\b|\bjailbreak\b|\bmode (?:developpeur|developer|admin\w*|dan)\b",
            r"<\|?/?(?:im_start|im_end|system|assistant|user|inst|s|eot_id|start_of_turn|end_of_turn)\b",
            r"\[/?inst\]|^#{2,} ?(?:system|instruction|consigne|assistant|reponse)",
            r"\b(?:end|fin|debut|begin) (?:of |des |du |de )?(?:the )?(?:passages|context\w*|prompt|consignes)\b",
        )
    ),
    re.MULTILINE,
)
_SEPARATORS = re.compile(r"['’\-\u00a0\u202f\t ]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_SPACED_LETTERS = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .*_-]){4,}[^\W\d_](?![^\W_])")  # i g n o r e


def is_instruction(text: str) -> bool:
    """Return True when a part of `text` reads as an instruction to a language model."""
    visible = _INVISIBLE.sub("", text)
    visible = _SPACED_LETTERS.sub(lambda spaced: re.sub(r"[ .*_-]", "", spaced[0]), visible)
    return _INSTRUCTIONS.search(_SEPARATORS.sub(" ", french.fold(visible))) is not None
