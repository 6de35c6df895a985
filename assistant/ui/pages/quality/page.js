// Shows how far a measure is, and the page anew once it has ended. Without it, a link does the same.
(() => {
  const bar = document.getElementById("avancement");
  if (!bar) return;
  const told = document.getElementById("avancement-dit");
  const look = async () => {
    try {
      const answer = await fetch(bar.dataset.address, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      const now = await answer.json();
      if (!now.running) return location.reload();
      bar.max = Math.max(1, now.total);
      bar.value = now.done;
      told.textContent = `${now.done} sur ${now.total}`;
    } catch {
      told.textContent = "Le serveur ne répond pas. Actualisez la page dans un moment.";
      return;
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
})();
