// Asks again and again how far something is, until it is over. A server that is silent is told and asked again; a session
// that is over leads to the door. Without a script, a link does the same.
const follow = (address, show, end) => {
  "use strict";
  const silent = document.getElementById("silent");
  const look = async () => {
    try {
      const answer = await fetch(address, { cache: "no-store", redirect: "manual" });
      if (answer.type === "opaqueredirect") return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      const now = await answer.json();
      silent.hidden = true;
      if (!now.running) return end();
      show(now);
    } catch {
      silent.hidden = false;
    }
    setTimeout(look, 1000);
  };
  look();
};
