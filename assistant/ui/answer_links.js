// What stands in an answer and leads elsewhere on the page: the numbers of its passages, and the words of the study.

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

// A word of the study shows its definition under the pointer, under the focus, or when it is touched; Escape, or a touch
// elsewhere, takes it away (WCAG 1.4.13).
const bubble = document.createElement("div");
bubble.id = "definition";
bubble.role = "tooltip";
bubble.hidden = true;
let defined = null;

function define(word) {
  const entry = document.getElementById(word.hash.slice(1));
  const text = entry?.nextElementSibling?.querySelector(".definition")?.textContent;
  if (!text || defined === word) return;
  forget();
  bubble.textContent = text;
  document.body.append(bubble);
  bubble.hidden = false;
  word.setAttribute("aria-describedby", bubble.id);
  defined = word;
  const at = word.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - bubble.offsetWidth - 8));
  const above = at.bottom + bubble.offsetHeight + 8 > innerHeight && at.top > bubble.offsetHeight + 8;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${above ? at.top - bubble.offsetHeight - 4 : at.bottom + 4}px`;
}

function forget() {
  defined?.removeAttribute("aria-describedby");
  defined = null;
  bubble.hidden = true;
}

const isWord = (node) => node?.closest?.("a.term");
let leaving = 0;
document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  if (isWord(event.target) || bubble.contains(event.target)) clearTimeout(leaving);
  if (isWord(event.target)) define(isWord(event.target));
});
document.addEventListener("pointerout", (event) => {
  if (event.pointerType === "touch" || !(isWord(event.target) || bubble.contains(event.target))) return;
  clearTimeout(leaving);
  leaving = setTimeout(() => document.activeElement !== defined && forget(), 200);
});
document.addEventListener("focusin", (event) => (isWord(event.target) ? define(isWord(event.target)) : forget()));
document.addEventListener("focusout", (event) => isWord(event.target) && !bubble.matches(":hover") && forget());
document.addEventListener("keydown", (event) => event.key === "Escape" && forget());
document.addEventListener("scroll", forget, { capture: true, passive: true });
document.addEventListener("click", (event) => {
  const word = isWord(event.target);
  if (word) {
    event.preventDefault();
    define(word);
  } else if (!bubble.contains(event.target)) forget();
});
