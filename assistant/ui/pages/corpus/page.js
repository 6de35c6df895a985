(() => {
  "use strict";
  // Too much to send is said before it is sent, and what is being sent is said while it is.
  const files = document.getElementById("files");
  if (files) {
    const form = files.form, told = document.getElementById("sending");
    form.addEventListener("submit", (event) => {
      const size = [...files.files].reduce((sum, file) => sum + file.size, 0);
      if (size > Number(form.dataset.most)) {
        event.preventDefault();
        told.textContent = form.dataset.large;
        return;
      }
      told.textContent = "Envoi et vérification en cours…";
      form.querySelector("button").disabled = true;
    });
    addEventListener("pageshow", () => {
      told.textContent = "";
      form.querySelector("button").disabled = false;
    });
  }
  // How far the update is; a voice hears each new step, and each quarter of a long one.
  const box = document.getElementById("progress");
  if (!box) return;
  const bar = document.getElementById("bar"), label = box.querySelector("label");
  const counted = document.getElementById("counted"), said = document.getElementById("said");
  document.getElementById("again").hidden = true;
  let heard = "";
  const end = () => {
    const to = new URL(box.dataset.end, location.href);
    const same = to.pathname + to.search === location.pathname + location.search;
    location.replace(to);
    if (same) location.reload();
  };
  follow(box.dataset.state, (now) => {
    label.textContent = now.step;
    counted.textContent = now.counted || "…";
    if (now.share === null) bar.removeAttribute("value");
    else bar.value = Math.round(100 * now.share);
    const quarter = now.share === null ? 0 : Math.floor(4 * now.share);
    if (heard !== now.step + quarter) {
      heard = now.step + quarter;
      said.textContent = quarter ? `${now.step}, ${25 * quarter} %` : now.step;
    }
  }, end);
})();
