// A slider over the moments at which something changed, beside the list that works without it.
for (const form of document.querySelectorAll("[data-moments]")) {
  const list = form.querySelector("select");
  if (list.options.length < 3) continue;
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = 0;
  slider.max = list.options.length - 1;
  slider.className = "cw-moments__slider";
  slider.setAttribute("aria-label", "Move among its changes");
  const told = () => {
    slider.setAttribute("aria-valuetext", list.options[list.selectedIndex].text);
  };
  slider.value = list.selectedIndex;
  told();
  slider.addEventListener("input", () => {
    list.selectedIndex = Number(slider.value);
    told();
  });
  list.addEventListener("change", () => {
    slider.value = list.selectedIndex;
    told();
  });
  form.querySelector("label").after(slider);
}
