// One check box that chooses all of a list: data-checks holds their name. Within one form.

document.addEventListener("change", (event) => {
  const all = event.target as HTMLInputElement;
  if (!all.dataset?.checks || !all.form) return;
  for (const box of all.form.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name="${all.dataset.checks}"]`)) {
    box.checked = all.checked;
  }
});
