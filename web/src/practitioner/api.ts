import { Api } from "../api";

/** The practitioner's cookie speaks for this client: one for the whole tab. */
export const practitionerApi = new Api();
