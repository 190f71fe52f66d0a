import {
  Dialog as AriaDialog,
  DialogTrigger,
  Heading,
  Modal,
  ModalOverlay,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import styles from "./Dialog.module.css";

interface DialogProps {
  title: string;
  /** The button that opens the dialog; leave it out and pass isOpen to open it from state. */
  trigger?: React.ReactElement;
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Wide is for tables. */
  width?: "narrow" | "wide";
  children: React.ReactNode | ((close: () => void) => React.ReactNode);
}

export function Dialog(props: DialogProps) {
  const { title, trigger, isOpen, onOpenChange, width = "narrow", children } = props;
  const { t } = useTranslation();
  const overlay = (
    <ModalOverlay
      className={styles.overlay}
      isDismissable
      {...(trigger ? {} : { isOpen, onOpenChange })}
    >
      <Modal className={`${styles.modal} ${styles[width]}`}>
        <AriaDialog className={styles.dialog}>
          {({ close }) => (
            <>
              <header className={styles.header}>
                <Heading slot="title" level={2}>
                  {title}
                </Heading>
                <IconButton icon="close" label={t("close")} onPress={close} />
              </header>
              <div className={styles.content}>
                {typeof children === "function" ? children(close) : children}
              </div>
            </>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
  if (!trigger) return overlay;
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      {trigger}
      {overlay}
    </DialogTrigger>
  );
}
