// Before the first paint: the colours that were chosen here, if any.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("hayal-theme");
  } catch {
    // Storage is switched off: the system's colours it is.
  }
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
})();
