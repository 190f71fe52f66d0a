import {
  Select as AriaSelect,
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from "react-aria-components";
import form from "./Form.module.css";
import { Icon } from "./Icon";
import styles from "./List.module.css";

export interface SelectOption {
  id: string;
  label: string;
}

interface SelectProps {
  label: string;
  options: readonly SelectOption[];
  value: string;
  onChange: (id: string) => void;
  /** Shown while the value is none of the options. */
  placeholder?: string;
  /** Stands among a form's fields. */
  isField?: boolean;
}

export function Select({ label, options, value, onChange, placeholder, isField }: SelectProps) {
  return (
    <AriaSelect
      className={isField ? form.field : styles.select}
      value={options.some(({ id }) => id === value) ? value : null}
      placeholder={placeholder}
      onChange={(key) => key !== null && onChange(String(key))}
    >
      <Label className={isField ? undefined : styles.label}>{label}</Label>
      <Button className={styles.selectButton}>
        <SelectValue className={styles.value} />
        <Icon name="chevron" size={16} />
      </Button>
      <Popover className={styles.popover}>
        <ListBox className={styles.list} items={options}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={styles.item}>
              {option.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
