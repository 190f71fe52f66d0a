import { Api } from "../api";

/** The login of whoever is signed in speaks for this client: one for the whole tab. */
export const accountApi = new Api();
