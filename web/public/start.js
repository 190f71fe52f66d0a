// Not a module, and in words that any browser understands: it speaks where the pages cannot.
(function () {
  function tell() {
    var words = document.getElementById("not-started");
    if (words) words.hidden = false;
  }
  var isTooOld = !Object.hasOwn || !Array.prototype.at || !window.structuredClone || !window.Promise;
  if (isTooOld) document.addEventListener("DOMContentLoaded", tell);
  // A script that cannot be read or fetched, and a fault before the first page.
  window.addEventListener("error", tell, true);
})();
