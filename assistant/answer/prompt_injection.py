"""Words that speak to a machine rather than to people: a transcript may hold « ignore tes consignes », by accident or
on purpose. What holds them can be quoted, since it was said, but is not given to a language model.

A pattern cannot know every way to give an order. It is the first of two walls: what a model writes is compared with the
passages whatever it was told."""

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
# Over folded words, apostrophes and hyphens read as spaces, punctuation kept.
_ORDERS = re.compile(
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
_JOINING = re.compile(r"['’\-\u00a0\u202f\t ]+")
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .*_-]){4,}[^\W\d_](?![^\W_])")  # i g n o r e


def is_instruction(text: str) -> bool:
    """Whether some of `text` reads as an order to whoever answers from it."""
    seen = _HIDDEN.sub("", text)
    seen = _SPACED.sub(lambda spaced: re.sub(r"[ .*_-]", "", spaced[0]), seen)
    return _ORDERS.search(_JOINING.sub(" ", french.fold(seen))) is not None
