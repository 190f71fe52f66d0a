import { useState } from "react";
import { Form, Input, Label, TextField } from "react-aria-components";
import { Button } from "../../components";
import styles from "./consultation.module.css";

interface OneLineProps {
  label: string;
  hint: string;
  longest: number;
  submit: string;
  /** Never empty, and without spaces around it. */
  onText: (text: string) => void;
}

/** One line of the practitioner's own, in a dialog. */
export function OneLine({ label, hint, longest, submit, onText }: OneLineProps) {
  const [typed, setTyped] = useState("");
  const text = typed.trim();
  return (
    <Form
      className={styles.oneLine}
      onSubmit={(event) => {
        event.preventDefault();
        if (text !== "") onText(text);
      }}
    >
      <TextField value={typed} onChange={setTyped} maxLength={longest} autoFocus>
        <Label>{label}</Label>
        <Input className={styles.input} />
      </TextField>
      <p className="quiet">{hint}</p>
      <Button look="primary" type="submit" isDisabled={text === ""}>
        {submit}
      </Button>
    </Form>
  );
}
