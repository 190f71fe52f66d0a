import {
  Menu as AriaMenu,
  MenuItem,
  MenuTrigger,
  Popover,
  type Selection,
} from "react-aria-components";
import { Icon } from "./Icon";
import styles from "./List.module.css";

export interface MenuEntry {
  id: string;
  label: string;
  isDisabled?: boolean;
}

interface MenuProps {
  label: string;
  /** The button that opens the menu. */
  trigger: React.ReactElement;
  entries: readonly MenuEntry[];
  onAction?: (id: string) => void;
  /** Given a set, the menu is a list of check marks that stays open. */
  selected?: ReadonlySet<string>;
  onSelectedChange?: (selected: Set<string>) => void;
}

export function Menu({ label, trigger, entries, onAction, selected, onSelectedChange }: MenuProps) {
  const change = (keys: Selection) => {
    const chosen = keys === "all" ? entries.map((entry) => entry.id) : [...keys].map(String);
    onSelectedChange?.(new Set(chosen));
  };
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles.popover}>
        <AriaMenu
          className={styles.list}
          aria-label={label}
          onAction={(key) => onAction?.(String(key))}
          selectionMode={selected ? "multiple" : "none"}
          selectedKeys={selected}
          onSelectionChange={change}
        >
          {entries.map((entry) => (
            <MenuItem
              key={entry.id}
              id={entry.id}
              isDisabled={entry.isDisabled}
              textValue={entry.label}
              className={styles.item}
            >
              {({ isSelected }) => (
                <>
                  {selected && (
                    <span className={styles.tick}>
                      {isSelected && <Icon name="check" size={16} />}
                    </span>
                  )}
                  <span>{entry.label}</span>
                </>
              )}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
