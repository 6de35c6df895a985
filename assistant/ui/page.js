// Runs in <head>, before Gradio starts.

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

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const glide = () => (calm.matches ? "auto" : "smooth");

function translate(root) {
  for (const node of root.querySelectorAll("[aria-label], [title]"))
    for (const name of ["aria-label", "title"])
      if (FRENCH[node.getAttribute(name)]) node.setAttribute(name, FRENCH[node.getAttribute(name)]);
  const told = document.createTreeWalker(root.querySelector(".toast-wrap") ?? document.createElement("p"), NodeFilter.SHOW_TEXT);
  for (let text = told.nextNode(); text; text = told.nextNode())
    if (FRENCH[text.data.trim()]) text.data = FRENCH[text.data.trim()];
  // What scrolls on its own must be reached by the keyboard, a refusal without links too.
  for (const log of root.querySelectorAll("#conversation .bubble-wrap:not([tabindex])")) log.tabIndex = 0;
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

new MutationObserver(() => {
  translate(document);
  followQuestions();
}).observe(document, { childList: true, characterData: true, subtree: true, attributeFilter: ["aria-label", "title"] });

// The number in an answer leads to its card, and the card back to that number. Not left to the fragment: <base> would
// reload a page that has a query.
let origin = null;
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.cite, a.back");
  if (!link) return;
  event.preventDefault();
  const there = link.matches(".back") && origin?.isConnected ? origin : document.getElementById(link.hash.slice(1));
  if (link.matches(".cite")) origin = link;
  there?.focus({ preventScroll: true });
  there?.scrollIntoView({ block: there === origin ? "center" : "start", behavior: glide() });
});
