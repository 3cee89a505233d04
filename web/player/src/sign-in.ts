/** The page that providers send users back to. */
import { finishSignIn } from "@music-platform-core/web/sign-in";

const said = document.getElementById("said");
const answered = finishSignIn();
if (said) {
  said.textContent = answered
    ? "That is all. You can close this window."
    : "Nothing to do here: this page is where providers send you back to after you signed in.";
}
