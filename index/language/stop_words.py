"""French stop words: words of grammar, folded. Question words are among them: they give the kind of a question, not its
subject."""

from __future__ import annotations

STOP_WORDS = frozenset(
    """
    a afin ah ai aie ainsi alors apres as assez au aucun aucune aupres auquel aura aurait aussi autre autres aux
    auxquelles auxquels avaient avais avait avant avec avez avoir avons ayant beaucoup bien car ce ceci cela celle
    celles celui cent ces cet cette ceux chacun chacune chaque chez ci combien comme comment d dans de dedans dehors
    deja depuis des dessous dessus donc dont du duquel e elle elles en encore entre es est et etaient etais etait
    etant ete etes etre eu eux fait faire faut fois font furent fut ici il ils j je jusqu jusque l la laquelle le
    lequel les lesquelles lesquels leur leurs lors lorsqu lorsque lui m ma mais me meme memes mes mettre moi moins mon
    n ne ni nos notre nous on ont ou par parce parmi pas pendant peu peut peuvent plus plusieurs plutot pour pourquoi
    pourra pourrait puis puisqu puisque qu quand quant que quel quelle quelles quelqu quelque quelques quels qui quoi
    quoiqu s sa sans sauf se selon sera serait seront ses si sien soi soient sois soit sommes son sont sous suis sur
    t ta tandis te tel telle telles tels tes toi ton tous tout toute toutes tres trop tu un une unes uns va vers voici
    voila vont vos votre vous vu y
    """.split()
)
