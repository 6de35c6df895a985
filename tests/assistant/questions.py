"""Questions about the invented corpus of tests/data/jardins. None holds the word planted in the team-only sources; many
ask about these sources."""

SECRET = "zibeline"

QUESTIONS = """
Qui fait partie du CA ?
qui est dans le conseil d'administration
Qui est le trésorier ?
Combien d’adhérents à Brumeval ?
combien de membres a Sourcelles
Combien de sachets de graines ?
Combien coûte la cotisation par an ?
Combien d’euros dans la réserve ?
Quand a eu lieu le premier atelier de compostage ?
quand a ete adopte le PAJEP
Quand le voisin a-t-il porté plainte ?
Quand a été fondée l’association ?
Où est la grainothèque ?
ou sont les outils
D’où vient l’eau ?
Où les semis se font-ils, dans la Serre partagée ?
C’est quoi le PAJEP ?
c est quoi une grainotheque
Qu’est-ce qu’un jardin partagé ?
Que veut dire compagnonnage ?
Définition de CA
Qu’est-ce qui a surpris les participants ?
Quels sont les engagements de la charte ?
Quels outils peut-on emprunter ?
Liste des ateliers
Quel est le rôle des bénévoles ?
Quel est le rôle des bénévoles à Sourcelles ?
role des benevoles au Jardin des Lavoirs
Les bénévoles sont-ils payés ?
Qui a volé la courge ?
Une courge de 40 kilos a-t-elle disparu pendant la nuit ?
Quel est le mot de passe de la cabane ?
Quel est le nom du compte caché ?
Comment s’appelle le voisin qui ne supporte plus le bruit ?
Pourquoi le voisin a-t-il porté plainte contre le jardin ?
À combien s’élève la réserve du budget interne ?
Qui paie le loyer du hangar ?
La trésorerie est-elle vide depuis l’automne ?
Fait-on encore confiance au trésorier ?
Soupçonne-t-on un membre du CA ?
Combien étiez-vous au début à Sourcelles ?
Que disent les entretiens sur la fatigue ?
Que disent les entretiens ?
Que dit l’entretien de Brumeval ?
Les chiens sont-ils admis ?
Que font les enfants de l’école ?
Comment se règlent les désaccords ?
Comment êtes-vous arrivée au jardin ?
Quelle est la capitale de l’Australie ?
Quel est le prix du gaz en Norvège ?
""".strip().splitlines()
