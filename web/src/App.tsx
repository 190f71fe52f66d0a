import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { LandingPage } from "./landing/LandingPage";
import { LoadingPage } from "./landing/LoadingPage";
import { NotFoundPage } from "./landing/NotFoundPage";

const PatientPage = lazy(() => import("./patient/PatientPage"));
const SessionsPage = lazy(() => import("./practitioner/SessionsPage"));
const SessionPage = lazy(() => import("./practitioner/SessionPage"));
const ReplayPage = lazy(() => import("./replay/ReplayPage"));

export function App() {
  return (
    <Suspense fallback={<LoadingPage />}>
      <Routes>
        <Route path="/" element={<LandingPage />} />
        <Route path="/p" element={<PatientPage />} />
        <Route path="/practitioner" element={<SessionsPage />} />
        <Route path="/practitioner/sessions/:id" element={<SessionPage />} />
        <Route path="/replay" element={<ReplayPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </Suspense>
  );
}
