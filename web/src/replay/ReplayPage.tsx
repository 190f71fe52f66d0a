import { LoadingPage } from "../landing/LoadingPage";

export default function ReplayPage() {
  return <LoadingPage />;
}
