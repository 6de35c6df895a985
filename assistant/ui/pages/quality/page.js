// Shows the progress of a measurement, and reloads the page at its end.
(() => {
  "use strict";
  const bar = document.getElementById("avancement");
  if (!bar) return;
  const count = document.getElementById("avancement-dit");
  follow(bar.dataset.address, (now) => {
    bar.max = Math.max(1, now.total);
    bar.value = now.done;
    count.textContent = `${now.done} sur ${now.total}`;
  }, () => location.reload());
})();
