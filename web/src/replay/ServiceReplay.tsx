import { useParams } from "react-router";
import { accountApi } from "../account/api";
import { ReplayApi } from "./api";
import { OpenedReplay } from "./OpenedReplay";
import { Recording } from "./recording";

/** What the service keeps of a session that is over, played again; home: where one comes from. */
export function ServiceReplay({ home }: { home: { to: string; label: string } }) {
  const { id = "" } = useParams();
  return (
    <OpenedReplay
      key={id}
      open={() => Recording.open(new ReplayApi(`/api/v1/sessions/${id}/replay`, accountApi))}
      isOfService
      home={home}
    />
  );
}
