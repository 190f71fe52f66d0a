import { Input, Label, Text, TextField } from "react-aria-components";
import styles from "./SearchField.module.css";

interface SearchFieldProps {
  label: string;
  type: "search" | "date";
  value: string;
  onChange: (value: string) => void;
  hint?: string | null;
  inputRef?: React.Ref<HTMLInputElement>;
}

/** A part of what is looked for. */
export function SearchField({ label, type, value, onChange, hint, inputRef }: SearchFieldProps) {
  return (
    <TextField className={styles.field} value={value} onChange={onChange} type={type}>
      <Label>{label}</Label>
      <Input ref={inputRef} className={styles.input} autoComplete="off" spellCheck="false" />
      {hint && (
        <Text slot="description" className={styles.hint}>
          {hint}
        </Text>
      )}
    </TextField>
  );
}
