// The chosen theme, set before the first paint. "system" leaves the attribute away.
try {
  const theme = localStorage.getItem("parley.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch (_) {
  // No storage: the theme follows the system.
}
