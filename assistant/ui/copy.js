// Copying an answer with where its passages stand, or a link that asks its questions again.

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {} // over plain HTTP there is no clipboard to ask
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
}

function lastAnswer() {
  const bubbles = document.querySelectorAll("#conversation .message.bot");
  const answer = bubbles[bubbles.length - 1]?.innerText.trim() ?? "";
  const cited = [...document.querySelectorAll("#passages .card")].map((card) => {
    const [number, title, where] = [".number", "h3", ".where"].map((part) => card.querySelector(part)?.innerText ?? "");
    return `[${number}] ${[title, where].filter(Boolean).join(" — ")}`;
  });
  const questions = askedSoFar();
  const parts = [questions[questions.length - 1], answer];
  if (cited.length) parts.push(["Passages cités\u00a0:", ...cited].join("\n"));
  return parts.join("\n\n");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("#copy, #link");
  if (!button) return;
  const isLink = button.id === "link";
  const done = await copyText(isLink ? linkTo(askedSoFar()) : lastAnswer());
  const name = button.dataset.name ?? (button.dataset.name = button.textContent.trim());
  button.textContent = done ? "Copié" : "Copie impossible";
  say(done ? (isLink ? "Lien vers ces questions copié." : "Réponse copiée.") : "Votre navigateur a refusé la copie.");
  setTimeout(() => (button.textContent = name), 2000);
});
