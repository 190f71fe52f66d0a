import {
  Select as AriaSelect,
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
} from "react-aria-components";
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
}

export function Select({ label, options, value, onChange, placeholder }: SelectProps) {
  return (
    <AriaSelect
      className={styles.select}
      value={options.some(({ id }) => id === value) ? value : null}
      placeholder={placeholder}
      onChange={(key) => key !== null && onChange(String(key))}
    >
      <Label className={styles.label}>{label}</Label>
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
