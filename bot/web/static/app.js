// Telegram hands over who opened the app behind the # of the address, which browsers keep to
// themselves: the form takes it to us.
"use strict"
const handed = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData")
const field = document.querySelector("input[name=init_data]")
if (handed && field) {
  history.replaceState(null, "", location.pathname)
  field.value = handed
  field.form.submit()
}
