import { lazy, Suspense } from "react";
import { Route, Routes, useLocation } from "react-router";
import { Guarded } from "./components";
import { FailedPage } from "./landing/FailedPage";
import { LandingPage } from "./landing/LandingPage";
import { LoadingPage } from "./landing/LoadingPage";
import { NotFoundPage } from "./landing/NotFoundPage";

const PatientPage = lazy(() => import("./patient/PatientPage"));
const SessionsPage = lazy(() => import("./practitioner/SessionsPage"));
const SessionPage = lazy(() => import("./practitioner/SessionPage"));
const SessionReplayPage = lazy(() => import("./practitioner/SessionReplayPage"));
const PeoplePage = lazy(() => import("./administration/PeoplePage"));
const UnitsPage = lazy(() => import("./administration/UnitsPage"));
const AuditPage = lazy(() => import("./audit/AuditPage"));
const ResearchPage = lazy(() => import("./research/ResearchPage"));
const ResearchReplayPage = lazy(() => import("./research/ResearchReplayPage"));
const ReplayPage = lazy(() => import("./replay/ReplayPage"));

export function App() {
  const { pathname } = useLocation();
  return (
    <Guarded key={pathname} fallback={<FailedPage />}>
      <Suspense fallback={<LoadingPage />}>
        <Routes>
          <Route path="/" element={<LandingPage />} />
          <Route path="/p" element={<PatientPage />} />
          <Route path="/practitioner" element={<SessionsPage />} />
          <Route path="/practitioner/sessions/:id" element={<SessionPage />} />
          <Route path="/practitioner/sessions/:id/replay" element={<SessionReplayPage />} />
          <Route path="/administration" element={<PeoplePage />} />
          <Route path="/administration/units" element={<UnitsPage />} />
          <Route path="/audit" element={<AuditPage />} />
          <Route path="/research" element={<ResearchPage />} />
          <Route path="/research/sessions/:id/replay" element={<ResearchReplayPage />} />
          <Route path="/replay" element={<ReplayPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Suspense>
    </Guarded>
  );
}
