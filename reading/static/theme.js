// Before the page is drawn: the theme the reader chose, where one was chosen.
try {
  const theme = localStorage.getItem("newskeep-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* storage may be closed to us; then the system's theme holds */ }
