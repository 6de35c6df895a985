// Shows how far a measure is, and the page anew once it has ended.
(() => {
  "use strict";
  const bar = document.getElementById("avancement");
  if (!bar) return;
  const told = document.getElementById("avancement-dit");
  follow(bar.dataset.address, (now) => {
    bar.max = Math.max(1, now.total);
    bar.value = now.done;
    told.textContent = `${now.done} sur ${now.total}`;
  }, () => location.reload());
})();
