import { Api } from "../api";

/** The practitioner's login speaks for this client: one for the whole tab. */
export const practitionerApi = new Api();
