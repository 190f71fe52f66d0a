import { LoadingPage } from "../landing/LoadingPage";

export default function PatientPage() {
  return <LoadingPage />;
}
