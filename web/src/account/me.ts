import { createContext, useContext } from "react";
import type { Me } from "../api";

const Known = createContext<Me | null>(null);
export const MeProvider = Known.Provider;

/** Who is signed in, within a `Gate`. */
export function useMe(): Me {
  const me = useContext(Known);
  if (!me) throw new Error("useMe outside a Gate");
  return me;
}
