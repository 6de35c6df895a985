// Past conversations: their questions alone are kept, in this browser alone. Opened again, they are asked again, so that
// nothing that was withdrawn since is shown. A link keeps its questions in the fragment, which is sent to no server.

const LEFT = "#sorti"; // where the door leads who goes out: what the team asked is forgotten
const MOST = 50; // conversations
const HERE = `conversations ${location.pathname}`;
const REFUSED = `${HERE} refusées`;
const NO = `questions sans réponse ${location.pathname}`;

// A browser may refuse to keep anything: then nothing is past.
function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {} // full, or refused
}
function conversations() {
  try {
    const read = JSON.parse(kept(HERE) ?? "[]");
    return Array.isArray(read) ? read.filter((one) => one && Array.isArray(one.questions) && one.questions.length) : [];
  } catch {
    return [];
  }
}

const askedSoFar = () => [...document.querySelectorAll("#conversation .message.user")].map((one) => one.innerText.trim());
const begins = (whole, part) => part.every((question, number) => whole[number] === question);
let current = null;

function remember() {
  const questions = askedSoFar();
  if (questions.includes("")) return; // not drawn yet
  if (!questions.length) {
    current = null;
    return;
  }
  if (current && questions.length === current.questions.length && begins(questions, current.questions)) return;
  if (!current || !begins(questions, current.questions)) current = { at: Date.now() };
  current = { at: current.at, questions };
  if (kept(REFUSED)) return;
  const others = conversations().filter((one) => one.at !== current.at && !begins(questions, one.questions));
  keep(HERE, JSON.stringify([current, ...others].slice(0, MOST)));
}

// — asking again —

let wanted = [];
const assistantWanted = () => JSON.stringify(wanted);
const assistantKeeps = () => !kept(NO); // even before the box says so

function reopen(questions) {
  wanted = questions;
  document.getElementById("reopen")?.click();
}

const linkTo = (questions) =>
  `${location.origin}${location.pathname}#${questions.map((one) => `question=${encodeURIComponent(one)}`).join("&")}`;

function readFragment() {
  const said = location.hash;
  if (said === LEFT) keep(`conversations ${location.pathname}equipe/`, null);
  const questions = new URLSearchParams(said.slice(1)).getAll("question").map((one) => one.trim()).filter(Boolean);
  if (!questions.length && said !== LEFT) return;
  history.replaceState(null, "", location.pathname + location.search);
  if (questions.length) whenReady(() => (isTeam ? confirmLink(questions) : reopen(questions)));
}

// On the team's page, what is asked is put on record under the name of who asks: not by following a link alone.
const isTeam = location.pathname.endsWith("/equipe/");
function confirmLink(questions) {
  const dialog = element("dialog", { className: "asked-for" });
  dialog.setAttribute("aria-labelledby", "link-title");
  const go = element("button", { className: "close", type: "button" }, "Poser ces questions");
  const no = element("button", { className: "plain", type: "button" }, "Ne rien demander");
  go.onclick = () => {
    dialog.close();
    reopen(questions);
  };
  no.onclick = () => dialog.close();
  dialog.append(
    element("h2", { id: "link-title" }, "Ce lien pose des questions en votre nom"),
    element("ul", {}, ...questions.map((one) => element("li", {}, one))),
    element("p", { className: "actions" }, no, go),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// Gradio draws the page, then listens.
function whenReady(act) {
  if (document.querySelector("#reopen") && document.querySelector("#question textarea")) requestAnimationFrame(act);
  else setTimeout(() => whenReady(act), 50);
}

// — the list —

function element(name, attributes = {}, ...content) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...content);
  return made;
}

function showPast() {
  document.getElementById("past-list")?.remove();
  const dialog = element("dialog", { id: "past-list" });
  dialog.setAttribute("aria-labelledby", "past-title");
  const list = element("ul");
  const none = element("p", { className: "empty" }, "Aucune conversation n’est gardée dans ce navigateur.");
  const all = element("button", { className: "plain", type: "button" }, "Tout effacer");
  const fill = () => {
    const past = conversations();
    none.hidden = past.length > 0;
    all.hidden = !past.length;
    list.replaceChildren(...past.map((one) => line(one)));
  };
  const line = (one) => {
    const day = new Intl.DateTimeFormat("fr", { dateStyle: "long", timeStyle: "short" }).format(new Date(one.at));
    const many = one.questions.length > 1 ? `${one.questions.length} questions` : "1 question";
    const resume = element("button", { className: "resume", type: "button" },
      element("strong", {}, one.questions[0]), element("span", {}, `${day} · ${many}`));
    resume.onclick = () => {
      dialog.close();
      reopen(one.questions);
    };
    const drop = element("button", { className: "plain", type: "button" }, "Effacer");
    drop.setAttribute("aria-label", `Effacer\u00a0: ${one.questions[0]}`);
    drop.onclick = () => {
      keep(HERE, JSON.stringify(conversations().filter((other) => other.at !== one.at)));
      fill();
      close.focus();
    };
    return element("li", {}, resume, drop);
  };
  all.onclick = () => {
    keep(HERE, null);
    fill();
    close.focus();
  };
  const refuse = element("input", { type: "checkbox", checked: Boolean(kept(REFUSED)) });
  refuse.onchange = () => {
    keep(REFUSED, refuse.checked ? "oui" : null);
    if (refuse.checked) all.onclick();
  };
  const close = element("button", { className: "close", type: "button" }, "Fermer");
  close.onclick = () => dialog.close();
  dialog.append(
    element("h2", { id: "past-title" }, "Historique"),
    element("p", {}, "Vos questions restent dans ce navigateur, sur cet appareil\u00a0; rien d’autre n’en tient la liste. ",
      "Reprendre une conversation, c’est poser ses questions de nouveau\u00a0: les réponses viennent des textes d’aujourd’hui."),
    none, list,
    element("label", {}, refuse, "Ne pas garder mes questions ici"),
    element("p", { className: "actions" }, all, close),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  fill();
  dialog.showModal();
}

// — what is kept of questions without an answer: what was chosen holds for the next visits —

document.addEventListener("change", (event) => {
  if (event.target.matches?.("#keeps input")) keep(NO, event.target.checked ? null : "non");
});
const chooseAgain = () => {
  const box = document.querySelector("#keeps input");
  if (box?.checked && kept(NO)) box.click();
};

document.addEventListener("click", (event) => event.target.closest?.("#past") && showPast());
addEventListener("hashchange", readFragment);
addEventListener("DOMContentLoaded", () => {
  whenReady(chooseAgain);
  readFragment();
});
