// Runs in <head>, before Gradio starts. With the other scripts of this folder, it is one script.

// Gradio takes its language, and that of <html lang>, from the browser; this page is in French whoever reads it.
Object.defineProperty(navigator, "language", { get: () => "fr" });
Object.defineProperty(navigator, "languages", { get: () => ["fr"] });

// What Gradio 6 writes in English without asking its translations.
const FRENCH = {
  "chatbot conversation": "Conversation",
  "Scroll down": "Aller en bas",
  Close: "Fermer",
  Error: "Erreur",
  "An error occurred": "Une erreur est survenue. Rechargez la page.",
  "Unexpected error": "Une erreur est survenue. Rechargez la page.",
  "This application is currently busy. Please try again.": "Beaucoup de questions arrivent. Réessayez dans un instant.",
  "Connection errored out.": "Le serveur ne répond plus. Vérifiez votre connexion, puis rechargez la page.",
  "Connection to the server was lost. Attempting reconnection...":
    "Le serveur ne répond plus. La page essaie de le retrouver\u00a0; sinon, vérifiez votre connexion et rechargez-la.",
};

const PATTERNS = [
  [/^Queue is full\b.*/s, "Trop de questions attendent déjà. Réessayez dans un instant."],
  [/^(Could not parse server response|Failed to fetch|NetworkError|Load failed)\b.*/s,
    "Le serveur ne répond plus. Vérifiez votre connexion, puis rechargez la page."],
];
const french = (text) =>
  FRENCH[text] ?? PATTERNS.reduce((said, [wrong, right]) => said ?? (wrong.test(text) ? right : null), null);

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const glide = () => (calm.matches ? "auto" : "smooth");

function translate(root) {
  for (const node of root.querySelectorAll("[aria-label], [title]"))
    for (const name of ["aria-label", "title"])
      if (FRENCH[node.getAttribute(name)]) node.setAttribute(name, FRENCH[node.getAttribute(name)]);
  const told = document.createTreeWalker(root.querySelector(".toast-wrap") ?? document.createElement("p"), NodeFilter.SHOW_TEXT);
  for (let text = told.nextNode(); text; text = told.nextNode())
    if (french(text.data.trim())) text.data = french(text.data.trim());
  // What scrolls on its own must be reached by the keyboard, a refusal without links too.
  for (const log of root.querySelectorAll("#conversation .bubble-wrap:not([tabindex])")) log.tabIndex = 0;
  // A message holds a button to close it, so it is none itself.
  for (const header of root.querySelectorAll(".toast-header[role=button]")) {
    header.removeAttribute("role");
    header.removeAttribute("tabindex");
  }
  // Gradio labels a bubble with its Markdown, tags and all; the text inside says it better.
  for (const bubble of root.querySelectorAll("[data-testid=user][aria-label], [data-testid=bot][aria-label]"))
    bubble.removeAttribute("aria-label");
}

// A new question goes to the top of the view, so that its answer is read from its first line.
let asked = 0;
function followQuestions() {
  const questions = document.querySelectorAll("#conversation .message.user");
  if (questions.length > asked) questions[questions.length - 1].scrollIntoView({ block: "start" });
  asked = questions.length;
}

// What changes is said to who does not see it: an answer that is whole, what became of a reaction.
let busy = false;
let told = null;
function say(text) {
  const said = document.getElementById("said");
  if (said) said.textContent = text;
}
function sayChanges() {
  const now = document.querySelector("#passages [aria-busy=true]") !== null;
  if (busy && !now) {
    const many = document.querySelectorAll("#passages .card").length;
    say(many > 1 ? `Réponse affichée, avec ${many} passages cités.` : many ? "Réponse affichée, avec un passage cité." : "Réponse affichée, sans passage cité.");
  } else if (!busy && now) say("Recherche dans les textes.");
  busy = now;
  const line = document.querySelector("[data-said]");
  if (line && line !== told) say(line.textContent);
  told = line;
}

new MutationObserver(() => {
  translate(document);
  followQuestions();
  sayChanges();
  remember();
}).observe(document, { childList: true, characterData: true, subtree: true, attributeFilter: ["aria-label", "title"] });

