(() => {
  "use strict";
  // Refuses an upload that is too large before it is sent, and announces an upload while it is sent.
  const files = document.getElementById("files");
  if (files) {
    const form = files.form, status = document.getElementById("sending");
    form.addEventListener("submit", (event) => {
      const size = [...files.files].reduce((sum, file) => sum + file.size, 0);
      if (size > Number(form.dataset.most)) {
        event.preventDefault();
        status.textContent = form.dataset.large;
        return;
      }
      status.textContent = "Envoi et vérification en cours…";
      form.querySelector("button").disabled = true;
    });
    addEventListener("pageshow", () => {
      status.textContent = "";
      form.querySelector("button").disabled = false;
    });
  }
  // Shows the progress of the update; screen readers announce each new step, and each quarter of a long one.
  const box = document.getElementById("progress");
  if (!box) return;
  const bar = document.getElementById("bar"), label = box.querySelector("label");
  const counted = document.getElementById("counted"), announced = document.getElementById("said");
  document.getElementById("again").hidden = true;
  let last = "";
  const end = () => {
    const target = new URL(box.dataset.end, location.href);
    const isSame = target.pathname + target.search === location.pathname + location.search;
    location.replace(target);
    if (isSame) location.reload();
  };
  follow(box.dataset.state, (now) => {
    label.textContent = now.step;
    counted.textContent = now.counted || "…";
    if (now.share === null) bar.removeAttribute("value");
    else bar.value = Math.round(100 * now.share);
    const quarter = now.share === null ? 0 : Math.floor(4 * now.share);
    if (last !== now.step + quarter) {
      last = now.step + quarter;
      announced.textContent = quarter ? `${now.step}, ${25 * quarter} %` : now.step;
    }
  }, end);
})();
