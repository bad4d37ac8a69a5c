// Follows long work on the page: its progress as it comes, and the page anew once it has ended.
const EVERY = 1500;

async function look(shown) {
  const answer = await fetch(`/api/v1/work/${shown.dataset.work}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`work ${shown.dataset.work} answers ${answer.status}`);
  const { state, percent_done: percent } = await answer.json();
  const running = shown.tagName === "PROGRESS";
  if (state !== (running ? "running" : "waiting")) return true;
  if (running && percent !== null) {
    shown.max = 100;
    shown.value = percent;
    document.querySelector(`[data-told="${shown.dataset.work}"]`).textContent = `${percent}%`;
  }
  return false;
}

async function follow() {
  const changed = await Promise.all([...document.querySelectorAll("[data-work]")].map(look));
  if (changed.some(Boolean)) window.location.reload();
  else window.setTimeout(follow, EVERY);
}

window.setTimeout(follow, EVERY);
