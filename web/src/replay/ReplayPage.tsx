import { CommandReplay } from "./api";
import { OpenedReplay } from "./OpenedReplay";
import { Recording } from "./recording";

/** The researcher's page of one recorded session, served by `epedicare replay` on one's own computer. */
export default function ReplayPage() {
  return <OpenedReplay open={openOnce} />;
}

let opening: Promise<Recording> | undefined;

/** The token in the address works once, so it is used once, and it leaves the history. */
function openOnce(): Promise<Recording> {
  opening ??= (async () => {
    const api = new CommandReplay();
    const token = location.hash.slice(1);
    if (token !== "") {
      history.replaceState(history.state, "", location.pathname + location.search);
      await api.open(token);
    }
    return Recording.open(api);
  })();
  return opening;
}
